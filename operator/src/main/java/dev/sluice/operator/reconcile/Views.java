package dev.sluice.operator.reconcile;

import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.status.Observed;
import dev.sluice.operator.status.Report;
import dev.sluice.operator.translate.Debouncer;
import dev.sluice.operator.translate.World;
import dev.sluice.process.Supervisor;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes a [View] whenever resources or what is observed have changed.
final class Views implements AutoCloseable {

    /// Until a listener that had a fault is told again.
    private static final Duration RETRY = Duration.ofSeconds(5);

    /// The name by which faults are counted.
    private static final String LOOP = "view";

    /// Nobody reads a status as fast as pods come and go.
    private static final Duration CROWD = Duration.ofMillis(100);

    private final Installation installation;
    private final Function<World, Observed> observer;
    private final Clock clock;
    private final Supervisor supervisor;
    private final Debouncer making;
    private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean moved = new AtomicBoolean();
    private volatile @Nullable World world;
    private volatile @Nullable View latest;

    /// @param observer what is seen of the parts that run for these resources
    Views(Installation installation, Function<World, Observed> observer, Clock clock, Supervisor supervisor) {
        this.supervisor = supervisor;
        this.making = new Debouncer(LOOP, CROWD, supervisor, this::make);
        this.installation = installation;
        this.observer = observer;
        this.clock = clock;
    }

    /// Tells the listener of each view from now on, on the thread that makes them.
    void listen(Consumer<View> listener) {
        listeners.add(listener);
    }

    /// The last one; null before the first.
    @Nullable
    View latest() {
        return latest;
    }

    void changed(World now) {
        world = now;
        moved.set(true);
        making.request();
    }

    /// The observed state may have changed.
    void refresh() {
        making.request();
    }

    private void make() {
        boolean hasMoved = moved.getAndSet(false);
        World now = world;
        if (now == null) {
            return;
        }
        View view;
        try {
            Observed observed = observer.apply(now);
            View before = latest;
            if (!hasMoved && before != null && before.observed().equals(observed)) {
                return;
            }
            String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
            view = new View(now, observed, new Report(now.resources(), installation, now.gateways(), observed, time));
        } catch (RuntimeException | Error fault) {
            // There is no view of the move yet.
            moved.compareAndSet(false, hasMoved);
            throw fault;
        }
        latest = view;
        tell(view);
    }

    /// A listener that has a fault is told again, for nothing else may change for long.
    private void tell(View view) {
        boolean told = true;
        for (Consumer<View> listener : listeners) {
            told &= supervisor.run(LOOP, () -> listener.accept(view));
        }
        if (!told) {
            moved.set(true);
            making.requestAfter(RETRY);
        }
    }

    @Override
    public void close() {
        making.close();
    }
}
