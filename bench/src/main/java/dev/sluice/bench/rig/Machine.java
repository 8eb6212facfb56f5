package dev.sluice.bench.rig;

import dev.sluice.standalone.envoy.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The machine that it was measured on.
public record Machine(String cpu, int cores, String kernel, String jdk, String envoy, List<String> flags) {
    public Machine {
        flags = List.copyOf(flags);
    }

    public static Machine describe(List<String> flags) throws IOException {
        return new Machine(
                cpuModel(Files.readString(Path.of("/proc/cpuinfo"))),
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
                Runtime.version().toString(),
                EnvoyBinary.VERSION,
                flags);
    }

    static String cpuModel(String cpuinfo) {
        return cpuinfo.lines()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("unknown processor");
    }
}
