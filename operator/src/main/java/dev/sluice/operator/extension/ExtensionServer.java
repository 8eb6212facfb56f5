package dev.sluice.operator.extension;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Revisions;
import dev.sluice.operator.plan.Settings;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server that Envoy Gateway asks about routes to inference pools, which it knows nothing of. Every replica answers
/// alike, by the last plan.
public final class ExtensionServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExtensionServer.class);

    /// The room for the configuration of a large Gateway, which comes whole.
    private static final int LARGEST_MESSAGE = 64 << 20;

    /// For a route that Envoy Gateway has seen before this replica has.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long LOOK_MILLIS = 50;

    /// By which an HTTPRoute's annotation goes with its routes: without the prefix.
    private static final String REVISION = Revisions.ANNOTATION.substring(Revisions.ANNOTATION.indexOf('/') + 1);

    /// The revisions that are remembered, of all HTTPRoutes.
    private static final int MOST_REVISIONS = 20_000;

    /// The options of the server.
    ///
    /// @param certificates the folder of `tls.crt`, `tls.key` and, where clients must have a certificate too,
    ///     `ca.crt`; null: it speaks in the clear
    /// @param endpoints where Envoys of another gateway get endpoints from
    public record Options(
            InetSocketAddress address, java.nio.file.@Nullable Path certificates, Plan.Address endpoints) {}

    private final Settings settings;
    private final Options options;
    private final @Nullable Certificates certificates;
    private final Server server;
    private final Object news = new Object();
    private final SequencedSet<String> served = new LinkedHashSet<>();
    private @Nullable InferenceRoutes routes;
    private @Nullable Plan plan;
    private boolean complained;

    private ExtensionServer(Options options, Settings settings) throws IOException, GeneralSecurityException {
        this.settings = settings;
        this.options = options;
        this.certificates = options.certificates() == null ? null : Certificates.of(options.certificates());
        NettyServerBuilder builder = certificates == null
                ? NettyServerBuilder.forAddress(options.address())
                : NettyServerBuilder.forAddress(options.address(), certificates.credentials());
        this.server = builder.maxInboundMessageSize(LARGEST_MESSAGE)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .addService(ServerServiceDefinition.builder(Hooks.SERVICE)
                        .addMethod(Hooks.POST_ROUTE, call(this::oneRoute))
                        .addMethod(Hooks.POST_TRANSLATE, call(this::translation))
                        .build())
                .build()
                .start();
        if (certificates == null) {
            LOG.atWarn()
                    .log("The extension server has no certificate and speaks in the clear: whoever reaches it reads "
                            + "Envoy Gateway's configuration. Give it one by --extension-cert-path, in the chart by "
                            + "gateway.extension.tlsSecret");
        }
    }

    public static ExtensionServer start(Options options, Settings settings)
            throws IOException, GeneralSecurityException {
        return new ExtensionServer(options, settings);
    }

    public int port() {
        return server.getPort();
    }

    /// Answers by this plan from now on.
    public void publish(Plan next) {
        synchronized (news) {
            if (!next.equals(plan)) {
                routes = new InferenceRoutes(next, settings, options.endpoints());
                plan = next;
                routes.revisions().forEach((route, revision) -> served.add(route + "@" + revision));
                while (served.size() > MOST_REVISIONS) {
                    served.removeFirst();
                }
            }
            news.notifyAll();
        }
    }

    /// The route stays as it is. That Envoy Gateway asks shows what it has seen, and the next call, which is for all
    /// routes, would come too early for a replica that has not.
    private Hooks.OneRoute oneRoute(Hooks.OneRoute asked) {
        for (Route route : asked.route()) {
            if (!awaited(route)) {
                LOG.atWarn()
                        .addKeyValue("route", route.getName())
                        .log("Envoy Gateway has a route, or a revision of one, that Sluice does not serve: is its "
                                + "Gateway of a class with the controller name that --controller-name says, and may "
                                + "Sluice read all that it refers to?");
            }
        }
        return new Hooks.OneRoute(List.of());
    }

    private boolean awaited(Route route) {
        String revision = revision(route);
        synchronized (news) {
            try {
                for (long left = PATIENCE.toMillis(); left > 0 && !isServed(route, revision); left -= LOOK_MILLIS) {
                    news.wait(LOOK_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return isServed(route, revision);
        }
    }

    /// A revision that was served once is an older one: Envoy Gateway is about to be told the newer.
    private boolean isServed(Route route, String revision) {
        return routes != null && routes.knows(route.getName()) && (revision.isEmpty() || served.contains(revision));
    }

    /// The HTTPRoute and its revision, as its annotation has it.
    private static String revision(Route route) {
        String value = route
                .getMetadata()
                .getFilterMetadataOrDefault("envoy-gateway", Struct.getDefaultInstance())
                .getFieldsOrDefault("resources", Value.getDefaultInstance())
                .getListValue()
                .getValuesList()
                .stream()
                .map(each -> each.getStructValue()
                        .getFieldsOrDefault("annotations", Value.getDefaultInstance())
                        .getStructValue()
                        .getFieldsOrDefault(REVISION, Value.getDefaultInstance())
                        .getStringValue())
                .findFirst()
                .orElse("");
        return value.isEmpty()
                ? ""
                : InferenceRoutes.owner(route.getName())
                        .map(owner -> owner + "@" + value)
                        .orElse("");
    }

    private Hooks.GatewayConfig translation(Hooks.GatewayConfig theirs) {
        InferenceRoutes now;
        synchronized (news) {
            now = routes;
            if (theirs.listeners().isEmpty() && theirs.routes().isEmpty() && !complained) {
                complained = true;
                LOG.atWarn()
                        .log("Envoy Gateway sends neither listeners nor routes: its configuration lacks "
                                + "extensionManager.hooks.xdsTranslator.translation with listener and route set to "
                                + "{includeAll: true}, or it is older than 1.9. See docs/GATEWAYS.md");
            }
        }
        if (now == null) {
            throw Status.UNAVAILABLE
                    .withDescription("Sluice has not read the cluster yet")
                    .asRuntimeException();
        }
        return now.over(theirs);
    }

    private static <T> io.grpc.ServerCallHandler<T, T> call(UnaryOperator<T> answer) {
        return ServerCalls.asyncUnaryCall((T request, StreamObserver<T> response) -> {
            try {
                response.onNext(answer.apply(request));
                response.onCompleted();
            } catch (RuntimeException fault) {
                if (!(fault instanceof io.grpc.StatusRuntimeException)) {
                    LOG.atError().setCause(fault).log("Envoy Gateway's configuration could not be answered");
                }
                response.onError(Status.fromThrowable(fault).asRuntimeException());
            }
        });
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (certificates != null) {
            certificates.close();
        }
    }
}
