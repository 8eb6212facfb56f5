package dev.sluice.e2e.routing;

import static dev.sluice.e2e.stack.ScriptedPicker.sendTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.GatewayEnvoy;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Plans;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.ScriptedPicker;
import dev.sluice.operator.envoy.XdsServer;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Address;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A picker of Sluice's own moves requests to another pool than the route chose; nobody else can.
class MovesIT {
    private static final String GATEWAY = "ml/moves";
    private static final String PATH = "/v1/completions";
    private static final String BODY = "{\"model\":\"m\",\"prompt\":\"" + "hello ".repeat(50_000) + "\"}";

    private static int port;
    private static Loopback pods;
    private static RecordingPod first;
    private static RecordingPod second;
    private static ScriptedPicker picker;
    private static XdsServer xds;
    private static GatewayEnvoy envoy;
    private static Client client;

    private final List<RequestCase> seen = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        port = Loopback.freePort();
        pods = Loopback.of(2);
        first = RecordingPod.start(pods.socket(0));
        second = RecordingPod.start(pods.socket(1));
        picker = ScriptedPicker.start();
        xds = XdsServer.start(new InetSocketAddress("127.0.9.5", 0), Settings.defaults(), _ -> {});
        xds.publish(plan());
        envoy = GatewayEnvoy.start(xds.address(), GATEWAY, "127.0.9.6");
        client = envoy.client(port);
    }

    @AfterAll
    static void stop() {
        client.close();
        envoy.close();
        xds.close();
        picker.close();
        first.close();
        second.close();
    }

    @BeforeEach
    void forget() {
        first.reset();
        second.reset();
        seen.clear();
    }

    @Test
    void aRequestMovesWithItsBodyOnTheSameStream() {
        picker.play(moveTo("ml/second", pods.address(1)));

        for (int i = 0; i < 5; i++) {
            assertThat(post("/shared" + PATH).statusCode()).isEqualTo(200);
        }

        assertThat(first.received()).isEmpty();
        assertThat(second.received()).hasSize(5).allSatisfy(request -> {
            assertThat(request.body()).asString().isEqualTo(BODY);
            assertThat(request.path()).isEqualTo("/shared" + PATH);
            assertThat(request.headers()).doesNotContainKey("x-sluice-pool");
        });
        assertThat(seen.stream().filter(RequestCase.REQUEST_HEADERS::equals))
                .as("one stream for each request")
                .hasSize(5);
        assertThat(seen).contains(RequestCase.RESPONSE_HEADERS);
    }

    @Test
    void thePickerIsToldToWhichOtherPoolsItMayMove() {
        picker.play(sendTo(pods.address(0)));

        assertThat(post("/shared" + PATH).statusCode()).isEqualTo(200);

        assertThat(picker.lastStreamHeader("x-sluice-pool")).isEqualTo("ml/first");
        assertThat(picker.lastStreamHeader("x-sluice-movable")).isEqualTo("ml/second");
    }

    /// By its own pool among them the picker knows that the rule's weights have chosen.
    @Test
    void aRuleOfSeveralPoolsNamesThemAll() {
        picker.play(sendTo(pods.address(0)));

        assertThat(post("/several" + PATH).statusCode()).isEqualTo(200);

        assertThat(picker.lastStreamHeader("x-sluice-movable")).isEqualTo("ml/first,ml/second");
    }

    @Test
    void aRequestThatIsNotMovedStays() {
        picker.play(sendTo(pods.address(0)));

        assertThat(post("/shared" + PATH).statusCode()).isEqualTo(200);

        assertThat(first.only().body()).asString().isEqualTo(BODY);
        assertThat(second.received()).isEmpty();
    }

    @Test
    void aMoveToAnUnknownPoolIsNone() {
        picker.play(moveTo("ml/secret", pods.address(0)));

        assertThat(post("/shared" + PATH).statusCode()).isEqualTo(200);

        assertThat(first.received()).hasSize(1);
    }

    @Test
    void aClientCannotChooseThePool() {
        picker.play(sendTo(null));

        assertThat(client.post("/shared" + PATH, BODY, "x-sluice-pool", "ml/second")
                        .statusCode())
                .isEqualTo(200);

        assertThat(first.only().headers()).doesNotContainKey("x-sluice-pool");
        assertThat(second.received()).isEmpty();
    }

    @Test
    void aForeignPickerCannotMoveARequest() {
        picker.play(moveTo("ml/second", pods.address(0)));

        assertThat(post("/foreign" + PATH).statusCode()).isEqualTo(200);

        assertThat(first.only().body()).asString().isEqualTo(BODY);
        assertThat(second.received()).isEmpty();
    }

    @Test
    void theAccessLogSaysHowLongEitherPickerTook() throws IOException {
        picker.play(sendTo(pods.address(0)));
        post("/shared" + PATH);
        post("/foreign" + PATH);

        // Envoy writes its log every 10 s.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(envoy.log().lines().filter(line -> line.contains("\"picker_us\":\"")))
                        .anyMatch(line -> line.contains("/shared/"))
                        .anyMatch(line -> line.contains("/foreign/")));
    }

    private HttpResponse<String> post(String path) {
        return client.post(path, BODY);
    }

    /// A picker that sends every request to another pool, and there to that endpoint.
    private ScriptedPicker.Script moveTo(String pool, String destination) {
        ScriptedPicker.Script usual = sendTo(destination);
        return (message, stream) -> {
            seen.add(message.getRequestCase());
            if (message.getRequestCase() != RequestCase.REQUEST_HEADERS) {
                usual.on(message, stream);
                return;
            }
            usual.on(message, new Moving(stream, pool));
        };
    }

    /// Adds the move to the answer.
    private record Moving(StreamObserver<ProcessingResponse> to, String pool)
            implements StreamObserver<ProcessingResponse> {

        @Override
        public void onNext(ProcessingResponse response) {
            CommonResponse.Builder move = CommonResponse.newBuilder()
                    .setClearRouteCache(true)
                    .setHeaderMutation(HeaderMutation.newBuilder()
                            .addSetHeaders(HeaderValueOption.newBuilder()
                                    .setHeader(HeaderValue.newBuilder()
                                            .setKey("x-sluice-pool")
                                            .setRawValue(ByteString.copyFromUtf8(pool)))));
            to.onNext(response.toBuilder()
                    .setRequestHeaders(HeadersResponse.newBuilder().setResponse(move))
                    .build());
        }

        @Override
        public void onError(Throwable cause) {
            to.onError(cause);
        }

        @Override
        public void onCompleted() {
            to.onCompleted();
        }
    }

    /// Two paths, whose picker is one of ours, or somebody else's; all requests go to the first pool if nobody moves
    /// them.
    private static Plan plan() {
        List<Plan.Route> routes = List.of(route("/shared", true), route("/foreign", false), several());
        List<Pool> pools = List.of(
                pool("ml/first", 0, true),
                pool("ml/second", 1, true),
                pool("other/first", 0, false),
                pool("other/second", 1, false));
        Plan.Listener listener = new Plan.Listener.Http(GATEWAY + "/80", port, List.of(new Plan.Host("*", routes)));
        return new Plan(List.of(new Plan.Gateway(GATEWAY, List.of(listener), pools, List.of())));
    }

    private static Plan.Route route(String prefix, boolean shared) {
        String namespace = shared ? "ml" : "other";
        Plan.Match match = new Plan.Match(new Plan.PathMatch(Plan.PathKind.PREFIX, prefix), null, List.of(), List.of());
        return new Plan.Route(
                prefix,
                match,
                Plans.forward(List.of(pool(namespace + "/first", 0, shared)), List.of("ml/second")),
                Plan.Headers.UNCHANGED,
                null,
                null);
    }

    private static Plan.Route several() {
        List<Pool> pools = List.of(pool("ml/first", 0, true), pool("ml/second", 1, true));
        Plan.Match match =
                new Plan.Match(new Plan.PathMatch(Plan.PathKind.PREFIX, "/several"), null, List.of(), List.of());
        return new Plan.Route(
                "/several",
                match,
                Plans.forward(pools, List.of("ml/first", "ml/second")),
                Plan.Headers.UNCHANGED,
                null,
                null);
    }

    private static Pool pool(String name, int pod, boolean shared) {
        Plan.Picker of =
                new Plan.Picker(shared ? "ml/ours:9002" : "ml/theirs:9002", List.of(picker.address()), false, shared);
        return Plans.pool(name, of, new Address(pods.hosts().get(pod), pods.port()));
    }
}
