package dev.sluice.operator.reconcile;

import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.status.Observed;
import dev.sluice.operator.status.Report;
import dev.sluice.operator.translate.Debouncer;
import dev.sluice.operator.translate.World;
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

    /// Nobody reads a status as fast as pods come and go.
    private static final Duration CROWD = Duration.ofMillis(100);

    private final Installation installation;
    private final Function<World, Observed> observer;
    private final Clock clock;
    private final Debouncer making = new Debouncer("view", CROWD, this::make);
    private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean moved = new AtomicBoolean();
    private volatile @Nullable World world;
    private volatile @Nullable View latest;

    /// @param observer what is seen of the parts that run for these resources
    Views(Installation installation, Function<World, Observed> observer, Clock clock) {
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

    /// What is observed may have changed.
    void refresh() {
        making.request();
    }

    private void make() {
        boolean hasMoved = moved.getAndSet(false);
        World now = world;
        if (now == null) {
            return;
        }
        Observed observed = observer.apply(now);
        View before = latest;
        if (!hasMoved && before != null && before.observed().equals(observed)) {
            return;
        }
        String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        View view = new View(now, observed, new Report(now.resources(), installation, now.gateways(), observed, time));
        latest = view;
        listeners.forEach(listener -> listener.accept(view));
    }

    @Override
    public void close() {
        making.close();
    }
}
