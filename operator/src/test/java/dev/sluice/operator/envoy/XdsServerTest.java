package dev.sluice.operator.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class XdsServerTest {

    private static final String GATEWAY = "ml/inference";
    private static final Node NODE =
            Node.newBuilder().setId("envoy-1").setCluster(GATEWAY).build();

    private final BlockingQueue<Nack> nacks = new LinkedBlockingQueue<>();
    private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private XdsServer server;
    private ManagedChannel channel;
    private StreamObserver<DiscoveryRequest> envoy;

    @BeforeEach
    void connect() throws IOException {
        server = XdsServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Settings.defaults(), nacks::add);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.address().port())
                .usePlaintext()
                .build();
        openStream();
    }

    private void openStream() {
        envoy = AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(new StreamObserver<>() {
            @Override
            public void onNext(DiscoveryResponse response) {
                responses.add(response);
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        });
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.close();
    }

    @Test
    void anEnvoyThatWaitsGetsThePlanWhenItIsPublished() throws InterruptedException {
        envoy.onNext(request(Resources.V3.CLUSTER_TYPE_URL).build());
        server.publish(plan("10.0.0.1"));
        DiscoveryResponse clusters = next();
        assertThat(clusters.getTypeUrl()).isEqualTo(Resources.V3.CLUSTER_TYPE_URL);
        assertThat(clusters.getResourcesCount()).isEqualTo(2);
    }

    @Test
    void publishingTheSameAgainMovesNothing() throws InterruptedException {
        assertThat(server.publish(plan("10.0.0.1"))).isTrue();
        subscribe();
        assertThat(server.publish(plan("10.0.0.1"))).isFalse();
        assertThat(responses.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void anotherPodMovesEndpointsOnly() throws InterruptedException {
        server.publish(plan("10.0.0.1"));
        subscribe();
        assertThat(server.publish(plan("10.0.0.1", "10.0.0.2"))).isTrue();
        assertThat(next().getTypeUrl()).isEqualTo(Resources.V3.ENDPOINT_TYPE_URL);
        assertThat(responses.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aRefusalIsReportedAndTheNextConfigurationIsSentAgain() throws InterruptedException {
        server.publish(plan("10.0.0.1"));
        envoy.onNext(request(Resources.V3.LISTENER_TYPE_URL).build());
        DiscoveryResponse listeners = next();
        envoy.onNext(request(Resources.V3.LISTENER_TYPE_URL)
                .setResponseNonce(listeners.getNonce())
                .setErrorDetail(Status.newBuilder().setMessage("bad port"))
                .build());
        assertThat(nacks.poll(5, TimeUnit.SECONDS))
                .isEqualTo(new Nack(GATEWAY, "envoy-1", Resources.V3.LISTENER_TYPE_URL, "", "bad port"));
        assertThat(responses.poll(200, TimeUnit.MILLISECONDS))
                .as("what was refused is not sent again")
                .isNull();
        server.publish(new Plan(List.of(new Plan.Gateway(GATEWAY, List.of(), List.of(), List.of()))));
        assertThat(next().getVersionInfo()).isNotEqualTo(listeners.getVersionInfo());
    }

    @Test
    void anEnvoyOfAnUnknownGatewayGetsNothing() throws InterruptedException {
        server.publish(Plan.empty());
        envoy.onNext(request(Resources.V3.LISTENER_TYPE_URL).build());
        assertThat(responses.poll(200, TimeUnit.MILLISECONDS)).isNull();
        assertThat(server.envoys(GATEWAY)).isEqualTo(new EnvoyState(1, null));

        server.publish(plan("10.0.0.1"));
        assertThat(next().getResourcesCount()).isEqualTo(1);
    }

    @Test
    void anEnvoyThatComesBackGetsOnlyWhatItLacks() throws InterruptedException {
        server.publish(plan("10.0.0.1"));
        DiscoveryRequest.Builder request =
                request(Resources.V3.ENDPOINT_TYPE_URL).addResourceNames("pool/ml/llama");
        envoy.onNext(request.build());
        String version = next().getVersionInfo();
        envoy.onCompleted();
        openStream();

        envoy.onNext(request.setVersionInfo(version).build());
        assertThat(responses.poll(200, TimeUnit.MILLISECONDS)).isNull();
        envoy.onNext(request.addResourceNames("picker/127.0.0.1:9002").build());
        assertThat(next().getResourcesCount()).isEqualTo(2);
    }

    @Test
    void aRefusalStandsUntilALaterVersionIsAccepted() throws InterruptedException {
        server.publish(plan("10.0.0.1"));
        DiscoveryRequest.Builder request =
                request(Resources.V3.ENDPOINT_TYPE_URL).addResourceNames("pool/ml/llama");
        envoy.onNext(request.build());
        DiscoveryResponse refused = next();
        request.setResponseNonce(refused.getNonce());
        envoy.onNext(request.clone()
                .setErrorDetail(Status.newBuilder().setMessage("no"))
                .build());
        assertThat(nacks.poll(5, TimeUnit.SECONDS)).isNotNull();

        server.publish(plan("10.0.0.2"));
        DiscoveryResponse better = next();
        assertThat(server.envoys(GATEWAY).refusal()).isNotNull();
        envoy.onNext(request.setVersionInfo(better.getVersionInfo())
                .setResponseNonce(better.getNonce())
                .build());
        server.publish(plan("10.0.0.3"));
        next();
        assertThat(server.envoys(GATEWAY)).isEqualTo(new EnvoyState(1, null));
    }

    /// Takes the current clusters and endpoints, as an Envoy does.
    private void subscribe() throws InterruptedException {
        for (String type : List.of(Resources.V3.CLUSTER_TYPE_URL, Resources.V3.ENDPOINT_TYPE_URL)) {
            DiscoveryRequest.Builder request = request(type);
            if (type.equals(Resources.V3.ENDPOINT_TYPE_URL)) {
                request.addResourceNames("pool/ml/llama");
            }
            envoy.onNext(request.build());
            DiscoveryResponse response = next();
            assertThat(response.getTypeUrl()).isEqualTo(type);
            envoy.onNext(request.setVersionInfo(response.getVersionInfo())
                    .setResponseNonce(response.getNonce())
                    .build());
        }
    }

    private DiscoveryResponse next() throws InterruptedException {
        DiscoveryResponse response = responses.poll(5, TimeUnit.SECONDS);
        assertThat(response).as("a response within 5 s").isNotNull();
        return response;
    }

    private static DiscoveryRequest.Builder request(String type) {
        return DiscoveryRequest.newBuilder().setNode(NODE).setTypeUrl(type);
    }

    private static Plan plan(String... pods) {
        List<Plan.Address> endpoints =
                List.of(pods).stream().map(pod -> new Plan.Address(pod, 8000)).toList();
        Plan.Picker picker = new Plan.Picker(new Plan.Address("127.0.0.1", 9002), false);
        Plan.Pool pool = new Plan.Pool("ml/llama", Plan.Protocol.HTTP1, endpoints, picker, false, false);
        Plan.Listener listener = new Plan.Listener.Http("ml/inference/8080", 8080, List.of());
        return new Plan(List.of(new Plan.Gateway(GATEWAY, List.of(listener), List.of(pool), List.of())));
    }
}
