package dev.sluice.lab.report;

import dev.sluice.lab.run.Figures;
import dev.sluice.lab.run.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Pictures of trials: latency against load with a line for each policy, and how busy each server was over time.
public final class Plots {
    private static final List<String> COLOURS = List.of(
            "#0b6", "#d33", "#36c", "#e80", "#849", "#777", "#b58", "#088", "#a52", "#660", "#c0c", "#09d", "#593",
            "#f55", "#000");
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int TOP = 30;
    private static final int BOTTOM = 360;
    private static final int RIGHT = 590;

    private Plots() {}

    /// Writes one file for each workload with several stages, and one for each trial.
    public static void write(List<Trial> trials, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String workload :
                trials.stream().map(trial -> trial.workload().name()).distinct().toList()) {
            List<Trial> rivals = trials.stream()
                    .filter(trial -> trial.workload().name().equals(workload))
                    .toList();
            if (rivals.getFirst().stages().size() > 1) {
                Files.writeString(folder.resolve(fileName(workload) + "-latency.svg"), latency(workload, rivals));
            }
            for (Trial trial : rivals) {
                Files.writeString(
                        folder.resolve(fileName(workload) + "-" + trial.contender() + "-utilization.svg"),
                        utilization(trial));
            }
        }
    }

    /// The 90th percentile of the time to first token, on a logarithmic scale, against the rate of each stage.
    static String latency(String workload, List<Trial> trials) {
        double highestRate = 0;
        double lowest = Double.POSITIVE_INFINITY;
        double highest = 0;
        for (Trial trial : trials) {
            for (Figures stage : trial.stages()) {
                highestRate = Math.max(highestRate, stage.load().rate());
                lowest = Math.min(lowest, stage.ttft().p90());
                highest = Math.max(highest, stage.ttft().p90());
            }
        }
        int low = (int) Math.floor(Math.log10(lowest));
        int high = Math.max(low + 1, (int) Math.ceil(Math.log10(highest)));
        StringBuilder svg = open(workload + ": p90 time to first token [ms] against requests per second");
        for (int decade = low; decade <= high; decade++) {
            double y = y(decade, low, high);
            svg.append(String.format(Locale.ROOT, "<path d='M%d %.1fH%d' stroke='#ddd'/>", LEFT, y, RIGHT));
            svg.append(String.format(
                    Locale.ROOT, "<text x='%d' y='%.1f' text-anchor='end'>%s</text>", LEFT - 6, y + 4, power(decade)));
        }
        for (int tenth = 0; tenth <= 10; tenth += 2) {
            double x = LEFT + (RIGHT - LEFT) * tenth / 10.0;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x='%.1f' y='%d' text-anchor='middle'>%.0f</text>",
                    x,
                    BOTTOM + 18,
                    highestRate * tenth / 10));
        }
        for (int i = 0; i < trials.size(); i++) {
            Trial trial = trials.get(i);
            String colour = COLOURS.get(i % COLOURS.size());
            StringBuilder points = new StringBuilder();
            for (Figures stage : trial.stages()) {
                points.append(String.format(
                        Locale.ROOT,
                        "%.1f,%.1f ",
                        LEFT + (RIGHT - LEFT) * stage.load().rate() / highestRate,
                        y(Math.log10(stage.ttft().p90()), low, high)));
            }
            svg.append(String.format(
                    Locale.ROOT, "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>", points, colour));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x='%d' y='%d' fill='%s'>%s</text>",
                    RIGHT + 12,
                    TOP + 12 + 18 * i,
                    colour,
                    trial.contender()));
        }
        return svg.append("</svg>\n").toString();
    }

    /// A row for each server, a column for each second of the first seed's run; dark is busy.
    static String utilization(Trial trial) {
        List<float[]> seconds = trial.results().getFirst().timeline().utilization();
        int servers = seconds.isEmpty() ? 1 : seconds.getLast().length;
        int columns = Math.min(WIDTH - 2 * TOP, Math.max(1, seconds.size()));
        double width = (WIDTH - 2.0 * TOP) / columns;
        double height = Math.min(24, (HEIGHT - 2.0 * TOP) / servers);
        StringBuilder svg = open(trial.workload().name() + ", " + trial.contender() + ": how busy each server is over "
                + seconds.size() + " s");
        for (int column = 0; column < columns; column++) {
            float[] second = seconds.isEmpty() ? new float[1] : seconds.get(column * seconds.size() / columns);
            for (int server = 0; server < second.length; server++) {
                int shade = Math.clamp(Math.round(255 * (1 - second[server])), 0, 255);
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect x='%.1f' y='%.1f' width='%.2f' height='%.2f' fill='rgb(%d,%d,255)'/>",
                        TOP + column * width,
                        TOP + 10 + server * height,
                        width + 0.3,
                        height,
                        shade,
                        shade));
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static StringBuilder open(String title) {
        return new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>"
                        + "<rect width='100%%' height='100%%' fill='white'/><text x='%d' y='18'>%s</text>%n",
                WIDTH,
                HEIGHT,
                TOP,
                title));
    }

    private static double y(double exponent, int low, int high) {
        return BOTTOM - (BOTTOM - TOP - 10) * (exponent - low) / (high - low);
    }

    private static String power(int exponent) {
        return String.format(Locale.ROOT, exponent < 0 ? "%.3f" : "%.0f", Math.pow(10, exponent));
    }

    private static String fileName(String workload) {
        return workload.replaceAll("[^A-Za-z0-9-]+", "-");
    }
}
