package dev.sluice.simulator.metrics;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A series of a histogram.
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

    /// The labels of a series, in two parts: Python's client sorts them by name, and `le` stands between.
    record Labels(String before, String after) {
        static final Labels NONE = new Labels("", "");

        static Labels ofEngine(String model) {
            return new Labels("engine=\"0\"", "model_name=\"" + model + "\"");
        }

        /// With the space that separates the value.
        private String with(String middle) {
            String joined = Stream.of(before, middle, after)
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining(","));
            return joined.isEmpty() ? " " : "{" + joined + "} ";
        }
    }

    /// @param bounds upper bounds, increasing, without infinity
    Histogram(String name, String help, Labels labels, double created, double... bounds) {
        this.header = Exposition.ascii("# HELP " + name + " " + help + "\n# TYPE " + name + " histogram\n");
        this.createdHeader =
                Exposition.ascii("# HELP " + name + "_created " + help + "\n# TYPE " + name + "_created gauge\n");
        this.bounds = bounds;
        this.buckets = new long[bounds.length + 1];
        this.bucketSeries = new byte[bounds.length + 1][];
        for (int i = 0; i <= bounds.length; i++) {
            String bound = i == bounds.length ? "+Inf" : Double.toString(bounds[i]);
            bucketSeries[i] = Exposition.ascii(name + "_bucket" + labels.with("le=\"" + bound + "\""));
        }
        this.countSeries = Exposition.ascii(name + "_count" + labels.with(""));
        this.sumSeries = Exposition.ascii(name + "_sum" + labels.with(""));
        this.createdSeries = Exposition.ascii(name + "_created" + labels.with(""));
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
        write(out, List.of(this));
    }

    /// Writes the series of one family.
    static void write(Exposition out, Collection<Histogram> series) {
        boolean first = true;
        for (Histogram each : series) {
            each.writeSeries(out, first);
            first = false;
        }
        first = true;
        for (Histogram each : series) {
            each.writeCreated(out, first);
            first = false;
        }
    }

    private void writeSeries(Exposition out, boolean first) {
        if (first) {
            out.text(header);
        }
        long below = 0;
        for (int i = 0; i < buckets.length; i++) {
            below += buckets[i];
            out.sample(bucketSeries[i], (double) below);
        }
        out.sample(countSeries, (double) count);
        out.sample(sumSeries, sum);
    }

    private void writeCreated(Exposition out, boolean first) {
        if (first) {
            out.text(createdHeader);
        }
        out.sample(createdSeries, created);
    }
}
