package dev.sluice.bench.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The heap reading asks a JVM by `jcmd` for the part of its heap that a full collection leaves.
final class HeapReading {
    /// Generations of the serial collector; what stands indented below them is theirs.
    private static final Pattern USED = Pattern.compile("(?m)^ ?\\S.*\\btotal \\d+K, used (?<value>\\d+)K");
    private static final Pattern INSTANCES =
            Pattern.compile("(?m)^\\s*\\d+:\\s+(?<count>\\d+)\\s+\\d+\\s+(?<name>\\S+)");
    private static final double KIB_PER_MIB = 1_024;

    private final long pid;

    HeapReading(long pid) {
        this.pid = pid;
    }

    double usedMib() throws IOException, InterruptedException {
        jcmd("GC.run");
        return usedMib(jcmd("GC.heap_info"));
    }

    /// Living objects of our own types, by type.
    Map<String, Long> instances() throws IOException, InterruptedException {
        return instances(jcmd("GC.class_histogram"));
    }

    static double usedMib(String heapInfo) {
        double kib = USED.matcher(heapInfo)
                .results()
                .mapToDouble(match -> Double.parseDouble(match.group("value")))
                .sum();
        if (kib == 0) {
            throw new IllegalArgumentException("no generation of a heap in:\n" + heapInfo);
        }
        return kib / KIB_PER_MIB;
    }

    static Map<String, Long> instances(String histogram) {
        Map<String, Long> counts = new TreeMap<>();
        for (MatchResult match : INSTANCES.matcher(histogram).results().toList()) {
            if (match.group("name").startsWith("dev.sluice.")) {
                counts.put(match.group("name"), Long.parseLong(match.group("count")));
            }
        }
        return counts;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.addAll(List.of(Long.toString(pid), command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException("jcmd %s ended with status %d:%n%s".formatted(command, status, said));
        }
        return said;
    }
}
