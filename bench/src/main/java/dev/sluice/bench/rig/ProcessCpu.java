package dev.sluice.bench.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The processor time that a process has used, all its threads together, from `/proc`.
public final class ProcessCpu {
    /// The unit of `/proc`: fixed by the kernel's interface, whatever its timer does.
    private static final double TICKS_PER_SECOND = 100;

    /// The fields behind the command's name, of which the first is the third of all (proc_pid_stat(5)).
    private static final int USER = 14 - 3;
    private static final int SYSTEM = 15 - 3;

    private ProcessCpu() {}

    public static double seconds(long pid) throws IOException {
        return seconds(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    }

    /// The name may hold spaces and parentheses: the fields begin behind the last one.
    static double seconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
    }
}
