package dev.sluice.picker.signals;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.signals.adapters.AdapterCheck;
import dev.sluice.picker.signals.engine.EndpointPoll;
import dev.sluice.picker.signals.polling.EngineListener;
import dev.sluice.picker.signals.polling.PollContext;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.time.Ticker;
import dev.sluice.process.Supervisor;
import java.util.ArrayList;
import java.util.List;

/// Polls each endpoint's metrics at its pool's interval and checks its adapters, all on one event loop.
/// Requests are handled on other threads, so a slow page delays no request.
///
/// A tick looks over all endpoints and begins the polls that are due. For a thousand endpoints that takes a few
/// microseconds, less than a timer for each would, and a placement needs to notify nothing.
///
/// The signals of an endpoint that cannot be polled expire; until it can be, its price follows from the
/// picker's own requests there. A fault in one endpoint's poll ends neither that poll nor another, and signals
/// expire whether or not polling works.
public final class EnginePoller implements AutoCloseable {
    /// The least polling interval of a policy.
    private static final long TICK_MILLIS = 10;

    private final PollContext context;
    private final EventLoopThread loop;
    private final List<EndpointPoll> polls = new ArrayList<>();
    private final List<AdapterCheck> adapterChecks = new ArrayList<>();

    public EnginePoller(Pools pools, Meters meters, Ticker ticker) {
        this(pools, meters, ticker, new EngineListener() {});
    }

    public EnginePoller(Pools pools, Meters meters, Ticker ticker, EngineListener listener) {
        this.loop = new EventLoopThread("signals", new Supervisor(meters.loops()::fault));
        this.context = new PollContext(loop, pools, meters, ticker, listener);
        loop.every(TICK_MILLIS, this::tick);
    }

    /// Polls the endpoint until it leaves its pool.
    public void follow(Endpoint endpoint) {
        var _ = loop.execute(() -> polls.add(new EndpointPoll(endpoint, context)));
        var _ = loop.execute(() -> adapterChecks.add(new AdapterCheck(endpoint, context)));
    }

    private void tick() {
        long now = context.ticker().nanos();
        polls.removeIf(EndpointPoll::isOver);
        adapterChecks.removeIf(AdapterCheck::isOver);
        loop.each(polls, poll -> poll.tick(now));
        loop.each(polls, poll -> poll.expire(now));
        loop.each(adapterChecks, check -> check.tick(now));
    }

    @Override
    public void close() {
        var _ = loop.execute(() -> adapterChecks.forEach(AdapterCheck::close));
        loop.close();
    }
}
