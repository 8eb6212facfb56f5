package dev.sluice.bench.soak.load;

import java.util.Set;

/// A kind of request says how often it is sent, and which ends are to be expected of it.
public enum RequestKind {
    /// Chats of 1 KB with a system prompt that engines have cached.
    SMALL("small", Frequency.ofBase(0.72), Set.of()),
    /// Questions on documents of 60 to 160 KB, which many requests share.
    LONG("long", Frequency.ofBase(0.17), Set.of()),
    /// Answers in 20 to 200 events.
    STREAM("stream", Frequency.ofBase(0.08), Set.of()),
    /// No JSON, no model, a key twice.
    BROKEN("broken", Frequency.ofBase(0.015), Set.of("400 bad_request")),
    /// A model that no server has.
    UNKNOWN("unknown", Frequency.ofBase(0.005), Set.of("404 404")),
    /// Connections that end within the head or the body.
    DROPPED("dropped", Frequency.ofBase(0.01), Set.of()),
    /// Bodies of 5 to 20 MB, sent as fast as they are taken.
    LARGE("large", new Frequency(0, 0.7, 1.5), Set.of("no answer")),
    /// Bodies of 5 to 20 MB, sent within 3 to 12 s.
    SLOW("slow", new Frequency(0, 0.5, 1), Set.of("no answer")),
    /// Bodies longer than the picker takes.
    TOO_LARGE("too-large", new Frequency(0, 0.05, 0.05), Set.of("413 body_too_large", "no answer")),
    /// Work of priority -10, of several tenants, with prompts that no engine has.
    BATCH("batch", new Frequency(0, 0.5, 40), Set.of("429 shed", "429 preempted", "preempted in stream", "no answer")),
    /// Requests of a priority that preempts, with prompts that no engine has.
    URGENT("urgent", new Frequency(0, 0.2, 8), Set.of());

    /// The ends of any request: it waits for capacity or memory, and its client may go away.
    private static final Set<String> ALWAYS = Set.of(
            SoakAnswer.COMPLETE,
            SoakAnswer.CUT,
            "429 queue_full",
            "429 queue_timeout",
            "429 queue_evicted",
            "429 objective_unreachable",
            "503 memory_full");

    private final String label;
    private final Frequency frequency;
    private final Set<String> further;

    /// The frequency of a kind.
    ///
    /// @param ofBase its part of the base rate, which follows the picker's CPU
    /// @param perSecond further requests, always
    /// @param perSecondOfBurst the same within a burst
    private record Frequency(double ofBase, double perSecond, double perSecondOfBurst) {
        static Frequency ofBase(double part) {
            return new Frequency(part, 0, 0);
        }
    }

    RequestKind(String label, Frequency frequency, Set<String> further) {
        this.label = label;
        this.frequency = frequency;
        this.further = further;
    }

    public String label() {
        return label;
    }

    /// Tells whether such a request may end so under this load.
    public boolean explains(String ending) {
        return ALWAYS.contains(ending) || further.contains(ending);
    }

    /// Tells whether its rate follows the picker's CPU.
    boolean isOfBase() {
        return frequency.ofBase > 0;
    }

    /// Requests per second.
    double perSecond(double baseRate, boolean burst) {
        return frequency.ofBase * baseRate + (burst ? frequency.perSecondOfBurst : frequency.perSecond);
    }
}
