package dev.sluice.operator.extension;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The two calls of Envoy Gateway's extension protocol that Sluice answers, by the numbers of their fields: what is of
/// no use here is passed on as bytes, so that nothing of it is lost.
final class Hooks {

    static final String SERVICE = "envoygateway.extension.EnvoyGatewayExtension";

    /// Before routes are put together: one route that leads to a backend of a kind that the extension brings.
    static final MethodDescriptor<OneRoute, OneRoute> POST_ROUTE =
            method("PostRouteModify", OneRoute::read, OneRoute::write);

    /// After all: the whole configuration of one Gateway's Envoys. What is answered takes its place.
    static final MethodDescriptor<GatewayConfig, GatewayConfig> POST_TRANSLATE =
            method("PostTranslateModify", GatewayConfig::read, GatewayConfig::write);

    private static final int ROUTE = 1;

    private Hooks() {}

    /// The route; the answer has none where it stays as it is.
    record OneRoute(List<Route> route) {

        OneRoute {
            route = List.copyOf(route);
        }

        private static OneRoute read(CodedInputStream input) throws IOException {
            List<Route> route = new ArrayList<>();
            fields(input, (field, bytes) -> {
                if (field == ROUTE) {
                    route.add(Route.parseFrom(bytes));
                }
            });
            return new OneRoute(route);
        }

        private void write(CodedOutputStream output) throws IOException {
            for (Route each : route) {
                output.writeMessage(ROUTE, each);
            }
        }
    }

    /// A configuration.
    ///
    /// @param secrets as they came
    record GatewayConfig(
            List<Cluster> clusters,
            List<ByteString> secrets,
            List<Listener> listeners,
            List<RouteConfiguration> routes) {

        private static final int CLUSTERS_ASKED = 2;
        private static final int SECRETS_ASKED = 3;
        private static final int LISTENERS_ASKED = 4;
        private static final int ROUTES_ASKED = 5;

        private static final int CLUSTERS = 1;
        private static final int SECRETS = 2;
        private static final int LISTENERS = 3;
        private static final int ROUTES = 4;

        GatewayConfig {
            clusters = List.copyOf(clusters);
            secrets = List.copyOf(secrets);
            listeners = List.copyOf(listeners);
            routes = List.copyOf(routes);
        }

        private static GatewayConfig read(CodedInputStream input) throws IOException {
            List<Cluster> clusters = new ArrayList<>();
            List<ByteString> secrets = new ArrayList<>();
            List<Listener> listeners = new ArrayList<>();
            List<RouteConfiguration> routes = new ArrayList<>();
            fields(input, (field, bytes) -> {
                switch (field) {
                    case CLUSTERS_ASKED -> clusters.add(Cluster.parseFrom(bytes));
                    case SECRETS_ASKED -> secrets.add(bytes);
                    case LISTENERS_ASKED -> listeners.add(Listener.parseFrom(bytes));
                    case ROUTES_ASKED -> routes.add(RouteConfiguration.parseFrom(bytes));
                    default -> {
                        // The context names policies of the extension, and there are none.
                    }
                }
            });
            return new GatewayConfig(clusters, secrets, listeners, routes);
        }

        private void write(CodedOutputStream output) throws IOException {
            for (Cluster cluster : clusters) {
                output.writeMessage(CLUSTERS, cluster);
            }
            for (ByteString secret : secrets) {
                output.writeBytes(SECRETS, secret);
            }
            for (Listener listener : listeners) {
                output.writeMessage(LISTENERS, listener);
            }
            for (RouteConfiguration each : routes) {
                output.writeMessage(ROUTES, each);
            }
        }
    }

    private interface FieldReader {
        void read(int number, ByteString bytes) throws InvalidProtocolBufferException;
    }

    private interface Reader<T> {
        T read(CodedInputStream input) throws IOException;
    }

    private interface Writer<T> {
        void write(T message, CodedOutputStream output) throws IOException;
    }

    /// Every field of these messages is a message or bytes; others are newer than this, and left out.
    private static void fields(CodedInputStream input, FieldReader reader) throws IOException {
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                reader.read(WireFormat.getTagFieldNumber(tag), input.readBytes());
            } else {
                input.skipField(tag);
            }
        }
    }

    private static <T> MethodDescriptor<T, T> method(String name, Reader<T> reader, Writer<T> writer) {
        MethodDescriptor.Marshaller<T> marshaller = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(T message) {
                ByteString.Output bytes = ByteString.newOutput();
                try {
                    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
                    writer.write(message, output);
                    output.flush();
                } catch (IOException impossibleInMemory) {
                    throw new UncheckedIOException(impossibleInMemory);
                }
                return bytes.toByteString().newInput();
            }

            @Override
            public T parse(InputStream stream) {
                try {
                    return reader.read(CodedInputStream.newInstance(stream));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            }
        };
        return MethodDescriptor.<T, T>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(marshaller)
                .setResponseMarshaller(marshaller)
                .build();
    }
}
