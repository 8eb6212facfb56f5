package dev.sluice.simulator.serving;

import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The faults that a server has now.
public final class Faults {
    private double slow = 1;
    private double clock = 1;
    private boolean hanging;
    private int xid;
    private int eventsToLose;
    private final Set<String> adapters = new HashSet<>();
    private Fault.@Nullable Fail error;
    private Fault.@Nullable Drop drop;

    void apply(Fault fault) {
        switch (fault) {
            case Fault.None() -> clear();
            case Fault.Slow(double factor) -> slow = factor;
            case Fault.Throttle(double factor) -> clock = factor;
            case Fault.Hang() -> hanging = true;
            case Fault.Fail next -> error = next;
            case Fault.Drop next -> drop = next;
            case Fault.Xid(int code) -> xid = code;
            case Fault.LoseEvents(int count) -> eventsToLose = count;
            case Fault.Adapter(String name) -> adapters.add(name);
            case Fault.Die() -> throw new IllegalArgumentException("a server dies as a whole");
        }
    }

    /// The status that the request just arrived has to get, if any; counts it.
    public OptionalInt takeError() {
        Fault.Fail now = error;
        if (now == null || now.count() == 0) {
            return OptionalInt.empty();
        }
        error = new Fault.Fail(now.status(), now.count() < 0 ? now.count() : now.count() - 1);
        return OptionalInt.of(now.status());
    }

    /// After how many tokens the response just begun has to be cut, if at all; counts it.
    public OptionalInt takeDrop() {
        Fault.Drop now = drop;
        if (now == null || now.count() == 0) {
            return OptionalInt.empty();
        }
        drop = new Fault.Drop(now.afterTokens(), now.count() < 0 ? now.count() : now.count() - 1);
        return OptionalInt.of(now.afterTokens());
    }

    /// The next batch of KV events gets lost; counts it.
    public boolean takeEventLoss() {
        if (eventsToLose == 0) {
            return false;
        }
        eventsToLose--;
        return true;
    }

    /// This adapter, or none, can be used.
    public boolean serves(@Nullable String adapter) {
        return adapter == null || !adapters.contains(adapter);
    }

    boolean hanging() {
        return hanging;
    }

    /// The share of its clock at which the GPU runs.
    public double clock() {
        return clock;
    }

    public int xid() {
        return xid;
    }

    long stretch(long hostNanos, long kernelNanos) {
        return Math.round((hostNanos + kernelNanos / clock) * slow);
    }

    private void clear() {
        slow = 1;
        clock = 1;
        hanging = false;
        xid = 0;
        eventsToLose = 0;
        adapters.clear();
        error = null;
        drop = null;
    }
}
