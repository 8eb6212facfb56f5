package dev.sluice.picker.admission;

import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Room;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The seat of a sheddable request, which may have to give way.
final class SheddableSeat extends Seat {
    private final Occupants occupants;
    private final Priority priority;
    private @Nullable Occupant occupant;

    SheddableSeat(Line line, int counter, int weight, long sinceNanos, Priority priority, Room room) {
        super(line, counter, weight, sinceNanos, room);
        this.occupants = line.occupants();
        this.priority = priority;
    }

    @Override
    public boolean isSheddable() {
        return true;
    }

    @Override
    public void endedBy(Stay stay, Consumer<Duration> end) {
        occupant = new Occupant(priority, stay, end);
        occupants.enter(occupant);
    }

    @Override
    public void moved(Endpoint to) {
        if (occupant != null) {
            occupants.moved(occupant, to);
        }
    }

    @Override
    public void firstToken() {
        if (occupant != null) {
            occupants.started(occupant);
        }
        super.firstToken();
    }

    @Override
    public void ended(long nowNanos) {
        if (occupant != null) {
            occupants.leave(occupant, nowNanos);
        }
        super.ended(nowNanos);
    }
}
