package dev.sluice.images.training;

import dev.sluice.standalone.training.Engines;
import dev.sluice.standalone.training.Exercise;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// A pool in a cluster, and an Envoy's requests over TLS.
final class PickerCourse {
    private static final int ENDPOINTS = 100;

    private PickerCourse() {}

    static void run(List<String> java, Path log) throws IOException, InterruptedException {
        int grpc = Trainee.freePort();
        int health = Trainee.freePort();
        int admin = Trainee.freePort();
        List<String> arguments = List.of(
                "--bind-address=127.0.0.1",
                "--grpc-port=" + grpc,
                "--grpc-health-port=" + health,
                "--metrics-port=" + admin,
                "--pool-name=default",
                "--pool-namespace=default",
                "--drain-timeout=1s");
        try (ApiServer cluster = ApiServer.start();
                Engines engines = Engines.start(ENDPOINTS)) {
            engines.deploy(cluster.client());
            try (Trainee picker = Trainee.start(java, arguments, cluster.environment(), log)) {
                picker.await(URI.create("http://localhost:" + admin + "/readyz"));
                new Exercise(admin)
                        .run(
                                NettyChannelBuilder.forAddress("localhost", grpc)
                                        .sslContext(GrpcSslContexts.forClient()
                                                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                                                .build())
                                        .build(),
                                health);
            }
        }
    }
}
