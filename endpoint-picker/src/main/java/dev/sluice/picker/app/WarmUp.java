package dev.sluice.picker.app;

import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.WarmUpExchange;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.settings.PoolSettings;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The warm-up of a process before it serves: a second picker answers some exchanges and is thrown away.
///
/// So the first real requests find classes linked and code compiled, and neither meters nor what the picker learns
/// know of it.
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final int EXCHANGES = 400;
    private static final int AT_ONCE = 4;
    private static final int ENDPOINTS = 8;
    private static final PoolId POOL = new PoolId("warm-up", "warm-up");
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int PREFIX_ENTRIES = 1 << 12;
    private static final long JOURNAL_BYTES = 1 << 20;

    private WarmUp() {}

    /// The warm-up takes 300 ms at most; its failures are not failures of the picker.
    public static void run() {
        int exchanges = run(LIMIT, EXCHANGES);
        LOG.atDebug().addKeyValue("exchanges", exchanges).log("Warm");
    }

    /// @return how many exchanges have ended
    static int run(Duration limit, int most) {
        try (Picker standIn = Picker.unread(config(), pool())) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(standIn.grpcAddress())
                    .usePlaintext()
                    .directExecutor()
                    .build();
            try {
                return exchange(channel, System.nanoTime() + limit.toNanos(), most);
            } finally {
                channel.shutdownNow();
            }
        } catch (IOException | GeneralSecurityException failed) {
            LOG.atDebug().setCause(failed).log("There is no warm-up");
            return 0;
        }
    }

    private static int exchange(ManagedChannel channel, long end, int most) {
        int ended = 0;
        try {
            for (long left = end - System.nanoTime(); left > 0 && ended < most; left = end - System.nanoTime()) {
                CompletableFuture<?>[] exchanges = IntStream.range(ended, ended + AT_ONCE)
                        .mapToObj(number -> WarmUpExchange.start(channel, number))
                        .toArray(CompletableFuture<?>[]::new);
                CompletableFuture.allOf(exchanges).get(left, TimeUnit.NANOSECONDS);
                ended += AT_ONCE;
            }
        } catch (TimeoutException | ExecutionException late) {
            LOG.atDebug().addKeyValue("why", late).log("The warm-up has ended early");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }

    private static Pools.PoolSpec pool() {
        List<EndpointSpec> endpoints = IntStream.range(0, ENDPOINTS)
                .mapToObj(i -> new EndpointSpec(
                        new EndpointId("warm-up-" + i, "192.0.2." + i, 1), Hardware.UNKNOWN, Engine.VLLM))
                .toList();
        return new Pools.PoolSpec(POOL, PoolSettings.DEFAULT, endpoints);
    }

    private static PickerConfig config() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new PickerConfig(
                new PickerConfig.Listeners(anyPort, anyPort, anyPort, new Tls.Plaintext()),
                new ExchangeSettings(POOL, MAX_BODY_BYTES, PickerConfig.DEFAULT_BODY_TIMEOUT, 1),
                new PickerConfig.Memory(PREFIX_ENTRIES, JOURNAL_BYTES),
                PickerConfig.Shutdown.within(Duration.ZERO));
    }
}
