package dev.sluice.picker.chaos;

import dev.sluice.picker.admission.VirtualTime;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.prompt.PromptTokens;
import dev.sluice.picker.time.Ticker;
import dev.sluice.picker.time.Timer;
import dev.sluice.picker.tokenizing.EngineTokenizer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// Times, threads and engines of a picker whose collaborators fail.
///
/// @param escaped told of what a timer or a thread was left to catch
record ChaosTimes(VirtualTime time, ExecutorService workers, Consumer<Throwable> escaped) {
    static ChaosTimes start(Consumer<Throwable> escaped) {
        return new ChaosTimes(new VirtualTime(), Executors.newVirtualThreadPerTaskExecutor(), escaped);
    }

    private Runnable watched(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable fault) {
                escaped.accept(fault);
            }
        };
    }

    Ticker ticker() {
        return new Clock(time);
    }

    Timer timer() {
        return new Deadlines(time, this::watched);
    }

    Executor executor() {
        return new Threads(workers, this::watched);
    }

    /// Wraps what a thread runs.
    private interface Watch {
        Runnable of(Runnable task);
    }

    /// The time.
    record Clock(VirtualTime time) implements Ticker {
        @Override
        public long nanos() {
            return time.nanos();
        }
    }

    /// The timer.
    record Deadlines(VirtualTime time, Watch watch) implements Timer {
        @Override
        public Pending after(Duration delay, Runnable action) {
            Pending pending = time.after(delay, watch.of(action));
            return () -> cancel(pending);
        }

        void cancel(Pending pending) {
            pending.cancel();
        }
    }

    /// The threads.
    record Threads(Executor workers, Watch watch) implements Executor {
        @Override
        public void execute(Runnable task) {
            workers.execute(watch.of(task));
        }
    }

    /// Engines that tokenize at once.
    record Engines() implements EngineTokenizer {
        @Override
        public CompletionStage<PromptTokens> tokenize(PoolId pool, byte[] request) {
            return CompletableFuture.completedFuture(new PromptTokens(new int[] {1, 2, 3, 4, 5, 6, 7, 8}));
        }
    }
}
