package dev.sluice.bench.soak;

import java.util.List;

/// The line that fits points best: least squares.
///
/// @param growth the gain of the line from the first point to the last
record Trend(double mean, double growth) {

    /// A measured value and its time.
    record Point(double seconds, double value) {}

    static Trend of(List<Point> points) {
        double meanTime = points.stream().mapToDouble(Point::seconds).average().orElseThrow();
        double mean = points.stream().mapToDouble(Point::value).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (Point point : points) {
            double time = point.seconds() - meanTime;
            products += time * (point.value() - mean);
            squares += time * time;
        }
        double slope = squares == 0 ? 0 : products / squares;
        return new Trend(
                mean, slope * (points.getLast().seconds() - points.getFirst().seconds()));
    }

    /// Growth in parts of the mean.
    double ratio() {
        return mean == 0 ? 0 : growth / mean;
    }
}
