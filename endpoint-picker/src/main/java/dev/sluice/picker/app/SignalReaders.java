package dev.sluice.picker.app;

import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.signals.EnginePoller;
import dev.sluice.picker.signals.SourcePoller;
import dev.sluice.picker.signals.kvevents.KvEventFollower;
import dev.sluice.picker.signals.polling.EngineListener;
import dev.sluice.picker.signals.prometheus.PrometheusAccess;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;

/// The readers of all signals: engines' pages, other sources, and KV events.
record SignalReaders(EnginePoller engines, SourcePoller sources, KvEventFollower kvEvents) implements AutoCloseable {
    /// The listener of engines: wakes queues, forgets the caches of a restarted engine, learns from totals.
    record PickerListener(AdmissionControl admission, Stores stores) implements EngineListener {
        @Override
        public void restarted(Endpoint endpoint) {
            stores.prefixes().forget(endpoint);
        }

        @Override
        public void reported(Endpoint endpoint) {
            admission.changed(endpoint.pool());
        }

        @Override
        public void expired(Endpoint endpoint) {
            admission.changed(endpoint.pool());
        }

        @Override
        public Consumer<EngineTotals> totals(Endpoint endpoint) {
            return stores.witness(endpoint)::counted;
        }
    }

    static SignalReaders start(
            Pools pools,
            EngineListener listener,
            PrometheusAccess access,
            Telemetry telemetry,
            Stores stores,
            Timers timers)
            throws IOException, GeneralSecurityException {
        return new SignalReaders(
                new EnginePoller(pools, telemetry.meters(), timers.ticker(), listener),
                new SourcePoller(pools, telemetry.sources(), timers.ticker(), timers.clock(), access, listener),
                new KvEventFollower(
                        pools,
                        new KvEventFollower.FollowedEngine(stores.exact(), stores.prefixes()),
                        telemetry.meters(),
                        timers.ticker(),
                        timers.clock()));
    }

    /// Follows a new endpoint until it leaves its pool.
    void follow(Endpoint endpoint) {
        engines.follow(endpoint);
        kvEvents.follow(endpoint);
    }

    @Override
    public void close() {
        engines.close();
        sources.close();
        kvEvents.close();
    }
}
