package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Endpoint;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The right of one request to run: through it admission learns what the request got and when it leaves room.
public sealed class Seat implements Admission permits SheddableSeat {
    /// Of a request that never asked.
    public static final Seat UNCOUNTED = new Seat(null, 0, 1, 0);

    private final @Nullable Line line;
    private final int counter;
    private final int weight;
    private final long sinceNanos;

    Seat(@Nullable Line line, int counter, int weight, long sinceNanos) {
        this.line = line;
        this.counter = counter;
        this.weight = weight;
        this.sinceNanos = sinceNanos;
    }

    /// The request was placed.
    ///
    /// @param uncachedTokens of its prompt, which have to be computed
    public void placed(long uncachedTokens) {
        if (line != null) {
            line.charge(counter, Math.max(0, uncachedTokens) / weight);
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
    ///
    /// @param outputTokens of its answer, 0 when not known
    public void ended(long outputTokens, long nowNanos) {
        if (line != null) {
            line.charge(counter, Math.max(0, outputTokens) * Account.OUTPUT_WEIGHT / weight);
            line.left(nowNanos - sinceNanos);
        }
    }
}
