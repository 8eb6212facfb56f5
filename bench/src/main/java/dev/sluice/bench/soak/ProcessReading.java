package dev.sluice.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A process reading tells the memory, threads and files of a process, from `/proc`.
///
/// @param residentMib its memory
/// @param files open ones, connections among them
record ProcessReading(double residentMib, int threads, int files) {
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(?<value>\\d+) kB$");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(?<value>\\d+)$");
    private static final double KIB_PER_MIB = 1_024;

    static ProcessReading of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return of(Files.readString(process.resolve("status")), (int) files.count());
        }
    }

    static ProcessReading of(String status, int files) {
        return new ProcessReading(number(RESIDENT, status) / KIB_PER_MIB, (int) number(THREADS, status), files);
    }

    private static double number(Pattern pattern, String status) {
        Matcher match = pattern.matcher(status);
        if (!match.find()) {
            throw new IllegalArgumentException("a process status without " + pattern + ":\n" + status);
        }
        return Double.parseDouble(match.group("value"));
    }
}
