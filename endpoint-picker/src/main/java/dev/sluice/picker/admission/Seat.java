package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Room;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The right of one request to run: through it admission learns what the request got and when it leaves room.
public sealed class Seat implements Admission permits SheddableSeat {
    /// Of a request that never asked.
    public static final Seat UNCOUNTED = new Seat(null, 0, 1, 0, null);

    private final @Nullable Line line;
    private final int counter;
    private final int weight;
    private final long sinceNanos;
    private final @Nullable Room room;
    /// What its tenant has been charged for it, before its weight.
    private long charged;

    Seat(@Nullable Line line, int counter, int weight, long sinceNanos, @Nullable Room room) {
        this.line = line;
        this.counter = counter;
        this.weight = weight;
        this.sinceNanos = sinceNanos;
        this.room = room;
    }

    /// Where the request may be placed, as long as there is such an endpoint; null for anywhere.
    public @Nullable Room room() {
        return room;
    }

    /// Charges the tenant for what the request gets, in place of what it was charged before: when it is placed for all
    /// that it is expected to get, for if answers counted only when they end, a tenant could have many begun before
    /// the first of them counts; at its end for what it got.
    ///
    /// @param promptTokens which have to be computed, because no cache has them
    public void charge(long promptTokens, long outputTokens) {
        if (line != null) {
            long service = Account.service(promptTokens, outputTokens);
            line.charge(counter, (service - charged) / weight);
            charged = service;
        }
    }

    /// Whether the request may be ended for others' sake.
    public boolean isSheddable() {
        return false;
    }

    /// The request runs there, and can be ended from now on if others need its place. Those that are not sheddable
    /// never are.
    ///
    /// @param end told once at most, on another thread, after what time to try again
    public void endedBy(Stay stay, Consumer<Duration> end) {}

    /// It runs at another endpoint than was thought.
    public void moved(Endpoint to) {}

    /// Its prompt has been computed.
    public void firstToken() {
        if (line != null) {
            line.changed();
        }
    }

    /// It has left the endpoint.
    public void ended(long nowNanos) {
        if (line != null) {
            line.left(nowNanos - sinceNanos);
        }
    }
}
