package dev.sluice.lab.workload;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;

/// The requests of a workload, in the order of their arrival; the same seed yields the same ones.
public interface Traffic extends Iterator<Arrival> {

    /// @param traces the folder that a workload's trace lies in
    static Traffic of(Workload workload, long seed, Path traces) throws IOException {
        TraceSpec trace = workload.arrivals().trace();
        if (trace == null) {
            return new DrawnTraffic(workload, seed);
        }
        try {
            return new TraceTraffic(
                    trace, TraceFile.read(traces.resolve(trace.file())), Sender.anybody(workload.slo()), seed);
        } catch (IOException unreadable) {
            throw new IOException(unreadable.getMessage() + " (name its folder with --traces)", unreadable);
        }
    }

    /// The requests of a stage count in the figures.
    boolean counts(Arrival arrival);
}
