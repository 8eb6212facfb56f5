package dev.sluice.simulator.metrics;

/// A gauge with one series.
final class Gauge implements Family {
    private final byte[] header;
    private final byte[] series;
    private double value;

    /// @param labels as they stand between the braces
    Gauge(String name, String help, String labels) {
        this.header = Exposition.ascii("# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n");
        this.series = Exposition.ascii(name + "{" + labels + "} ");
    }

    void set(double now) {
        value = now;
    }

    @Override
    public void write(Exposition out) {
        out.text(header);
        out.sample(series, value);
    }
}
