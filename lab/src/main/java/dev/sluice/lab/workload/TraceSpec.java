package dev.sluice.lab.workload;

/// A recorded trace, and how it is played.
///
/// @param file its name in the folder of traces; `.jsonl` in Mooncake's format, `.csv` in Azure's
/// @param speed how many times as fast as it was recorded
/// @param fromSeconds where in the record to begin
/// @param seconds how much of the record to play; 0 for all
/// @param warmUpSeconds of the play that count in no figure
/// @param cut what of it is played; all of it, as recorded, where it is not said
public record TraceSpec(
        String file, double speed, double fromSeconds, double seconds, double warmUpSeconds, TraceCut cut) {
    public TraceSpec {
        speed = speed == 0 ? 1 : speed;
        seconds = seconds == 0 ? Double.MAX_VALUE : seconds;
        cut = cut == null ? TraceCut.NONE : cut;
    }

    TraceSpec scaled(double factor) {
        return new TraceSpec(file, speed * factor, fromSeconds, seconds, warmUpSeconds, cut);
    }
}
