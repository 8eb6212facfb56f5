package dev.sluice.standalone.training;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// The requests of a training run: some thousands of all kinds, and each page of the picker.
public final class Exercise {
    private static final int WAVES = 60;
    private static final int WAVE = 50;

    private final int adminPort;

    /// @param adminPort the picker's port for HTTP
    public Exercise(int adminPort) {
        this.adminPort = adminPort;
    }

    /// Sends the requests to a picker without TLS.
    public void run(int grpcPort, int healthPort) throws IOException, InterruptedException {
        run(NettyChannelBuilder.forAddress("localhost", grpcPort).usePlaintext().build(), healthPort);
    }

    /// Sends the requests.
    ///
    /// @param channel to the picker; closed at the end
    public void run(ManagedChannel channel, int healthPort) throws IOException, InterruptedException {
        ManagedChannel probes = NettyChannelBuilder.forAddress("localhost", healthPort)
                .usePlaintext()
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(1);
            for (int wave = 0; wave < WAVES; wave++) {
                List<CompletableFuture<Boolean>> exchanges = new ArrayList<>();
                for (int i = 0; i < WAVE; i++) {
                    exchanges.add(
                            Exchange.start(channel, "training-" + wave + "-" + i, request(i, random), response(i)));
                }
                exchanges.forEach(CompletableFuture::join);
                HealthGrpc.newBlockingStub(probes).check(HealthCheckRequest.getDefaultInstance());
            }
            for (String page : List.of("metrics", "pools", "explain/training-0-0", "readyz")) {
                URI uri = URI.create("http://localhost:%d/%s".formatted(adminPort, page));
                http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
            }
        } finally {
            channel.shutdownNow();
            probes.shutdownNow();
        }
    }

    /// Mostly short prompts, some long; now and then an adapter's, an unknown model's, and what is no JSON.
    private static ByteString request(int i, RandomGenerator random) {
        return switch (i % 25) {
            case 0 -> ByteString.copyFromUtf8("{\"model\":");
            case 1 -> Bodies.chat("unknown", 200, false, random);
            case 2, 3, 4 -> Bodies.chat("support", 1_000, false, random);
            case 5 -> Bodies.chat(Bodies.MODEL, 100_000, false, random);
            case 6, 7, 8 -> Bodies.chat(Bodies.MODEL, 10_000, true, random);
            default -> Bodies.chat(Bodies.MODEL, 1_000, i % 2 == 0, random);
        };
    }

    private static List<ByteString> response(int i) {
        return i % 5 == 0 ? Bodies.events(40) : Bodies.answer();
    }
}
