package dev.sluice.bench.rig;

import com.google.protobuf.ByteString;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.gateway.LocalPicker;
import dev.sluice.standalone.training.Bodies;
import dev.sluice.standalone.training.Exchange;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// Exchanges that a stand-in picker of the same folder answers before it is thrown away.
///
/// What the JVM compiled stays, what the picker learnt goes: a new picker does not share two processors with the
/// compiler of its own code, which is no matter of placement. No server gets any of these requests.
final class PickerWarmUp {
    private static final int AT_ONCE = 8;
    private static final int PROMPT_BYTES = 8_000;
    private static final int EVENTS = 20;
    private static final long SEED = 3;
    private static final PoolId POOL = new PoolId("default", "default");

    private PickerWarmUp() {}

    static void run(Path folder, int exchanges) throws IOException, BrokenFileException {
        try (LocalPicker standIn = LocalPicker.start(folder, config())) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(standIn.grpcAddress())
                    .usePlaintext()
                    .directExecutor()
                    .build();
            try {
                exchange(channel, exchanges);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static void exchange(ManagedChannel channel, int exchanges) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ByteString> answer = Bodies.events(EVENTS);
        for (int begun = 0; begun < exchanges; begun += AT_ONCE) {
            int first = begun;
            CompletableFuture<?>[] together = IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> Exchange.start(
                            channel,
                            "warm-up-" + (first + i),
                            Bodies.chat(Bodies.MODEL, PROMPT_BYTES, true, random),
                            answer))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(together).join();
        }
    }

    private static PickerConfig config() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new PickerConfig(
                new PickerConfig.Listeners(anyPort, anyPort, anyPort, new Tls.Plaintext()),
                new ExchangeSettings(POOL, PickerConfig.DEFAULT_MAX_BODY_BYTES, PickerConfig.DEFAULT_BODY_TIMEOUT, 1),
                PickerConfig.Memory.DEFAULT,
                PickerConfig.Shutdown.within(Duration.ZERO));
    }
}
