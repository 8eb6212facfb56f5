package dev.sluice.picker.signals;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.model.Supervisor;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.signals.adapters.AdapterCheck;
import dev.sluice.picker.signals.engine.EndpointPoll;
import dev.sluice.picker.signals.polling.EngineNews;
import dev.sluice.picker.signals.polling.PollContext;
import dev.sluice.picker.telemetry.Meters;
import java.util.ArrayList;
import java.util.List;

/// Reads each endpoint's metrics at its pool's interval and asks it for its adapters now and then, all on one event
/// loop that no request shares: a slow page delays nobody.
///
/// A tick looks over all endpoints and begins what is due, which for a thousand of them takes a few microseconds:
/// less than a timer for each would, and nobody has to tell the poller of anything.
///
/// An endpoint that cannot be read loses its signals once they are stale and is placed on by what the picker
/// itself has placed there; it is read again and again until it leaves the pool. A fault of one endpoint's reading ends
/// neither that reading nor any other, and signals go stale whether or not the reading works.
public final class EnginePoller implements AutoCloseable {
    /// The least interval that a policy can ask for.
    private static final long TICK_MILLIS = 10;

    private final PollContext context;
    private final EventLoopThread loop;
    private final List<EndpointPoll> polls = new ArrayList<>();
    private final List<AdapterCheck> adapterChecks = new ArrayList<>();

    public EnginePoller(Pools pools, Meters meters, Ticker ticker) {
        this(pools, meters, ticker, new EngineNews() {});
    }

    public EnginePoller(Pools pools, Meters meters, Ticker ticker, EngineNews news) {
        this.loop = new EventLoopThread("signals", new Supervisor(meters.loops()::fault));
        this.context = new PollContext(loop, pools, meters, ticker, news);
        loop.every(TICK_MILLIS, this::tick);
    }

    /// Follows the endpoint until it leaves its pool.
    public void follow(Endpoint endpoint) {
        var _ = loop.execute(() -> {
            polls.add(new EndpointPoll(endpoint, context));
            adapterChecks.add(new AdapterCheck(endpoint, context));
        });
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
