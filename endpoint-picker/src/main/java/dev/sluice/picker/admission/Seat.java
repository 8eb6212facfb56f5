package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Room;
import org.jspecify.annotations.Nullable;

/// The right of one request to run: through it admission learns what the request got and when it leaves room.
public final class Seat implements Admission {
    /// Of a request that never asked.
    public static final Seat UNCOUNTED = new Seat(null, 0, 1, 0, null);

    private final @Nullable Line line;
    private final int counter;
    private final int weight;
    private final long sinceNanos;
    private final @Nullable Room room;

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

    /// The request was placed.
    ///
    /// @param uncachedTokens of its prompt, which have to be computed
    public void placed(long uncachedTokens) {
        if (line != null) {
            line.charge(counter, Math.max(0, uncachedTokens) / weight);
        }
    }

    /// Its prompt has been computed.
    public void firstToken() {
        if (line != null) {
            line.changed();
        }
    }

    /// It has left the endpoint.
    ///
    /// @param outputTokens of its answer, 0 when not known
    public void ended(long outputTokens, long nowNanos) {
        if (line != null) {
            line.charge(counter, Math.max(0, outputTokens) * Account.OUTPUT_WEIGHT / weight);
            line.left(nowNanos - sinceNanos);
        }
    }
}
