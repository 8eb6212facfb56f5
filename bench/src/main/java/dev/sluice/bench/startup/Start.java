package dev.sluice.bench.startup;

import dev.sluice.standalone.training.PickerProcess;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A start of a picker, its first requests and the same number of later ones.
///
/// @param serving from the start of the process until it tells SERVING
/// @param cpu the CPU time it took until then
record Start(Duration serving, Duration cpu, Latencies first, Latencies warm, double residentMegabytes) {
    private static final int COUNT = 1_000;
    private static final double RATE = 200;
    private static final int WARM_UP_COUNT = 12_000;
    private static final double WARM_UP_RATE = 600;
    private static final long POLL_MILLIS = 5;

    /// The factor by which the slowest of a hundred takes longer at the start.
    double ratio() {
        return first.millis(0.99) / warm.millis(0.99);
    }

    /// @param sluice the JVM, its flags and the main class
    static Start measure(List<String> sluice, Path folder, Path log, OpenLoop load)
            throws IOException, InterruptedException {
        int grpc = freePort();
        int health = freePort();
        List<String> arguments = List.of(
                "--grpc-port=" + grpc, "--grpc-health-port=" + health, "--metrics-port=0", "--drain-timeout=1s");
        long begin = System.nanoTime();
        CompletableFuture<PickerProcess> starting =
                CompletableFuture.supplyAsync(() -> start(sluice, folder, arguments, log));
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", grpc)
                .usePlaintext()
                .directExecutor()
                .build();
        try {
            awaitServing(health, starting);
            Duration serving = Duration.ofNanos(System.nanoTime() - begin);
            Latencies first = load.run(channel, COUNT, RATE);
            PickerProcess picker = starting.join();
            Duration cpu = picker.cpuAtStart();
            load.run(channel, WARM_UP_COUNT, WARM_UP_RATE);
            Latencies warm = load.run(channel, COUNT, RATE);
            return new Start(serving, cpu, first, warm, picker.residentMegabytes());
        } finally {
            channel.shutdownNow();
            starting.join().close();
        }
    }

    private static PickerProcess start(List<String> sluice, Path folder, List<String> arguments, Path log) {
        try {
            return PickerProcess.start(sluice, folder, arguments, log);
        } catch (IOException failed) {
            throw new CompletionException(failed);
        }
    }

    private static void awaitServing(int port, CompletableFuture<PickerProcess> starting)
            throws IOException, InterruptedException {
        while (!isOpen(port)) {
            if (starting.isCompletedExceptionally()) {
                starting.join();
            }
            Thread.sleep(POLL_MILLIS);
        }
        ManagedChannel probes =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(probes);
            while (status(health) != ServingStatus.SERVING) {
                Thread.sleep(POLL_MILLIS);
            }
        } finally {
            probes.shutdownNow();
        }
    }

    /// A channel would wait a second after its first refusal.
    private static boolean isOpen(int port) throws IOException {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }

    private static ServingStatus status(HealthGrpc.HealthBlockingStub health) {
        try {
            return health.check(HealthCheckRequest.getDefaultInstance()).getStatus();
        } catch (StatusRuntimeException unavailable) {
            return ServingStatus.UNKNOWN;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
