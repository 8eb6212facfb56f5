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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/// Makes the AOT cache of the sluice command: runs the picker under load, and lets the JVM write what it learnt.
///
/// Classes come loaded and linked from the cache, and the profiles of the methods that requests run through let the
/// compiler start at once. A build without a cache is whole, only slower to start: where none can be made, this says so
/// and succeeds.
public final class Training {
    private static final int ENDPOINTS = 100;
    private static final int WAVES = 60;
    private static final int WAVE = 50;
    private static final List<String> ARGUMENTS =
            List.of("--grpc-port=0", "--grpc-health-port=0", "--metrics-port=0", "--drain-timeout=1s");

    private Training() {}

    /// @param arguments the folder with the command's jars and its argument file, and the name of that file
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path target = Path.of(arguments[0]);
        Path command = target.resolve(arguments[1]);
        Path cache = target.resolve("sluice.aot");
        if (isCurrent(cache, target)) {
            return;
        }
        Path draft = target.resolve("sluice.aot.new");
        try {
            run(command, draft, target.resolve("training.log"));
            Files.move(draft, cache, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            Files.deleteIfExists(cache);
            System.err.println("No AOT cache was made, so starts will be slower: " + failed);
        }
    }

    /// Whether the cache is newer than every jar; a JVM refuses one that is not of its own jars.
    private static boolean isCurrent(Path cache, Path target) throws IOException {
        if (!Files.exists(cache)) {
            return false;
        }
        FileTime made = Files.getLastModifiedTime(cache);
        List<Path> files = new ArrayList<>();
        for (Path folder : List.of(target, target.resolve("lib"))) {
            try (Stream<Path> inside = Files.list(folder)) {
                inside.filter(file -> file.toString().matches(".*\\.(jar|args)"))
                        .forEach(files::add);
            }
        }
        for (Path file : files) {
            if (Files.getLastModifiedTime(file).compareTo(made) > 0) {
                return false;
            }
        }
        return true;
    }

    private static void run(Path command, Path cache, Path log) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-training");
        List<String> sluice = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:AOTCacheOutput=" + cache,
                "@" + command);
        try (Engines engines = Engines.start(ENDPOINTS)) {
            engines.describe(folder);
            try (PickerProcess picker = PickerProcess.start(sluice, folder, ARGUMENTS, log)) {
                exercise(picker);
            }
        } finally {
            Engines.forget(folder);
        }
        if (!Files.exists(cache)) {
            throw new IOException("the JVM wrote none; " + log + " says why");
        }
    }

    private static void exercise(PickerProcess picker) throws IOException, InterruptedException {
        ManagedChannel probes = channel(picker.healthPort());
        ManagedChannel channel = channel(picker.grpcPort());
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
                URI uri = URI.create("http://localhost:%d/%s".formatted(picker.adminPort(), page));
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

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
    }
}
