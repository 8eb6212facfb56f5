package dev.sluice.bench.startup;

import com.google.protobuf.ByteString;
import dev.sluice.standalone.training.Bodies;
import dev.sluice.standalone.training.Exchange;
import io.grpc.Channel;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Exchanges that start when they are due, whatever became of the ones before.
final class OpenLoop {
    private static final int PROMPT_BYTES = 1_000;
    private static final int BODIES = 200;
    private static final long PATIENCE_SECONDS = 60;

    private final List<ByteString> bodies;
    private final List<ByteString> answer = Bodies.answer();
    private int sent;

    OpenLoop(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        this.bodies = IntStream.range(0, BODIES)
                .mapToObj(_ -> Bodies.chat(Bodies.MODEL, PROMPT_BYTES, false, random))
                .toList();
    }

    /// @throws IllegalStateException when an exchange fails or none ends for a minute
    Latencies run(Channel channel, int count, double perSecond) throws InterruptedException {
        long[] nanos = new long[count];
        CountDownLatch ended = new CountDownLatch(count);
        AtomicInteger failures = new AtomicInteger();
        double gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int index = i;
            long due = begin + (long) (i * gap);
            sleepUntil(due);
            CompletableFuture<Boolean> end =
                    Exchange.start(channel, "startup-" + sent, bodies.get(sent++ % BODIES), answer);
            var _ = end.whenComplete((placed, failure) -> {
                nanos[index] = System.nanoTime() - due;
                if (failure != null || !placed) {
                    failures.incrementAndGet();
                }
                ended.countDown();
            });
        }
        if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || failures.get() > 0) {
            throw new IllegalStateException(
                    failures.get() + " of " + count + " exchanges failed, " + ended.getCount() + " did not end");
        }
        return new Latencies(nanos);
    }

    private static void sleepUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
