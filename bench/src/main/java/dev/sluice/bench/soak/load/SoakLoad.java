package dev.sluice.bench.soak.load;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Clients of Envoy that send requests of every kind at random moments, without waiting for earlier answers.
public final class SoakLoad implements AutoCloseable {
    /// The model that is asked for.
    public static final String MODEL = "meta-llama/Llama-3.1-8B-Instruct";

    private static final int MOST_OPEN = 2_000;
    private static final int MANY_OPEN = MOST_OPEN / 2;
    private static final double LATE_SECONDS = 0.5;
    private static final Duration TICK = Duration.ofMillis(2);
    private static final double MOST_REFUSED = 0.05;
    private static final long SLOW_MICROS = 200_000;
    private static final Duration AFTER_BURST = Duration.ofSeconds(5);
    private static final double NANOS_PER_SECOND = 1e9;

    private final HostAndPort envoy;
    private final RequestMaker maker;
    private final SplittableRandom random;
    private final Bursts bursts;
    private final LoadCounts counts = new LoadCounts();
    private final ConcurrentLinkedDeque<SoakConnection> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder baseEnded = new LongAdder();
    private final LongAdder baseRefused = new LongAdder();
    private final LongAdder smallEnded = new LongAdder();
    private final LongAdder smallSlow = new LongAdder();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread sender;
    private volatile double baseRate;
    private volatile boolean late;
    private volatile long lastBurst = System.nanoTime();
    private volatile boolean stopped;

    private SoakLoad(HostAndPort envoy, long seed) {
        this.envoy = envoy;
        this.maker = new RequestMaker(seed);
        this.random = new SplittableRandom(seed + 1);
        this.bursts = new Bursts(seed + 2);
        this.sender = Thread.ofPlatform().daemon().name("arrivals").unstarted(this::send);
    }

    public static SoakLoad start(HostAndPort envoy, long seed, double baseRate) {
        SoakLoad load = new SoakLoad(envoy, seed);
        load.baseRate = baseRate;
        load.sender.start();
        return load;
    }

    /// @param perSecond requests of the kinds that follow the picker's CPU
    public void baseRate(double perSecond) {
        baseRate = perSecond;
    }

    /// Tells how the load went since the last call.
    public LoadState state() {
        double ended = baseEnded.sumThenReset();
        double refused = baseRefused.sumThenReset();
        long small = smallEnded.sumThenReset();
        boolean slow = 2 * smallSlow.sumThenReset() > small;
        if (late) {
            return LoadState.BEHIND;
        }
        if (System.nanoTime() - lastBurst < AFTER_BURST.toNanos()) {
            return LoadState.BURST;
        }
        boolean behind = slow || open.get() > MANY_OPEN || refused > MOST_REFUSED * ended;
        return behind ? LoadState.BEHIND : LoadState.STEADY;
    }

    /// The ends since they were last taken.
    public LoadCounts counts() {
        return counts;
    }

    /// Sends no more; returns when every request has its end, or false after the patience.
    public boolean stop(Duration patience) throws InterruptedException {
        stopped = true;
        sender.join();
        long deadline = System.nanoTime() + patience.toNanos();
        while (open.get() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(TICK);
        }
        for (SoakConnection connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
        return open.get() == 0;
    }

    private void send() {
        Map<RequestKind, Double> due = new EnumMap<>(RequestKind.class);
        long began = System.nanoTime();
        double before = 0;
        while (!stopped) {
            double now = (System.nanoTime() - began) / NANOS_PER_SECOND;
            late = now - before > LATE_SECONDS;
            boolean burst = bursts.includes(now);
            if (burst) {
                lastBurst = System.nanoTime();
            }
            for (RequestKind kind : RequestKind.values()) {
                // Arrivals of a Poisson process: what is left until the next one, in mean gaps.
                double left = due.computeIfAbsent(kind, _ -> gap()) - kind.perSecond(baseRate, burst) * (now - before);
                while (left <= 0) {
                    begin(maker.next(kind));
                    left += gap();
                }
                due.put(kind, left);
            }
            before = now;
            try {
                Thread.sleep(TICK);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private double gap() {
        return -Math.log(1 - random.nextDouble());
    }

    private void begin(SoakRequest request) {
        if (open.get() >= MOST_OPEN) {
            counts.heldBack();
            return;
        }
        open.incrementAndGet();
        clients.execute(() -> {
            long began = System.nanoTime();
            try {
                String ending = exchange(request);
                long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
                counts.ended(request.kind(), ending, micros);
                note(request.kind(), ending, micros);
            } catch (InterruptedException _) {
                // The soak is over.
            } finally {
                open.decrementAndGet();
            }
        });
    }

    private void note(RequestKind kind, String ending, long micros) {
        if (kind.isOfBase()) {
            baseEnded.increment();
            baseRefused.add(ending.startsWith("429") ? 1 : 0);
        }
        if (kind == RequestKind.SMALL) {
            smallEnded.increment();
            smallSlow.add(micros > SLOW_MICROS ? 1 : 0);
        }
    }

    private String exchange(SoakRequest request) throws InterruptedException {
        SoakConnection connection = null;
        try {
            connection = connection();
            SoakAnswer answer = connection.exchange(request);
            if (answer.reusable()) {
                idle.push(connection);
                connection = null;
            }
            return answer.ending();
        } catch (IOException broken) {
            return "no answer";
        } finally {
            close(connection);
        }
    }

    private SoakConnection connection() throws IOException {
        SoakConnection used = idle.poll();
        return used == null ? new SoakConnection(envoy) : used;
    }

    private static void close(@Nullable SoakConnection connection) {
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void close() {
        stopped = true;
        sender.interrupt();
        clients.shutdownNow();
        idle.forEach(SoakConnection::close);
    }
}
