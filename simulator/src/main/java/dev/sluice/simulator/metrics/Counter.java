package dev.sluice.simulator.metrics;

/// A counter with one series.
final class Counter implements Family {
    private final String name;
    private final String help;
    private final byte[] series;
    private final byte[] createdSeries;
    private final double created;
    private double value;

    /// @param name without `_total`
    /// @param labels as they stand between the braces
    Counter(String name, String help, String labels, double created) {
        this.name = name;
        this.help = help;
        this.series = Exposition.ascii(name + "_total{" + labels + "} ");
        this.createdSeries = Exposition.ascii(name + "_created{" + labels + "} ");
        this.created = created;
    }

    void add(double amount) {
        value += amount;
    }

    /// For values that are counted elsewhere.
    void set(double total) {
        value = total;
    }

    @Override
    public void write(Exposition out) {
        out.header(name + "_total", "counter", help);
        out.sample(series, value);
        out.header(name + "_created", "gauge", help);
        out.sample(createdSeries, created);
    }
}
