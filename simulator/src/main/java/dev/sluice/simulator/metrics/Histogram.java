package dev.sluice.simulator.metrics;

import java.util.Arrays;

/// A histogram with one series.
final class Histogram implements Family {
    private final byte[] header;
    private final byte[] createdHeader;
    private final double[] bounds;
    private final byte[][] bucketSeries;
    private final byte[] countSeries;
    private final byte[] sumSeries;
    private final byte[] createdSeries;
    private final double created;
    private final long[] buckets;
    private long count;
    private double sum;

    /// @param bounds upper bounds, increasing, without infinity
    Histogram(String name, String help, String model, double created, double... bounds) {
        String labels = "{engine=\"0\",model_name=\"" + model + "\"} ";
        this.header = Exposition.ascii("# HELP " + name + " " + help + "\n# TYPE " + name + " histogram\n");
        this.createdHeader =
                Exposition.ascii("# HELP " + name + "_created " + help + "\n# TYPE " + name + "_created gauge\n");
        this.bounds = bounds;
        this.buckets = new long[bounds.length + 1];
        this.bucketSeries = new byte[bounds.length + 1][];
        for (int i = 0; i <= bounds.length; i++) {
            String bound = i == bounds.length ? "+Inf" : Double.toString(bounds[i]);
            bucketSeries[i] =
                    Exposition.ascii(name + "_bucket{engine=\"0\",le=\"" + bound + "\",model_name=\"" + model + "\"} ");
        }
        this.countSeries = Exposition.ascii(name + "_count" + labels);
        this.sumSeries = Exposition.ascii(name + "_sum" + labels);
        this.createdSeries = Exposition.ascii(name + "_created" + labels);
        this.created = created;
    }

    void observe(double value) {
        int at = Arrays.binarySearch(bounds, value);
        buckets[at >= 0 ? at : -at - 1]++;
        count++;
        sum += value;
    }

    @Override
    public void write(Exposition out) {
        out.text(header);
        long below = 0;
        for (int i = 0; i < buckets.length; i++) {
            below += buckets[i];
            out.sample(bucketSeries[i], (double) below);
        }
        out.sample(countSeries, (double) count);
        out.sample(sumSeries, sum);
        out.text(createdHeader);
        out.sample(createdSeries, created);
    }
}
