package dev.sluice.operator.envoy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The descriptors of the generated classes, with the newer fields added: [NewerFields], written down a second
/// time and by name, so that a test sees what was meant where the product writes numbers.
final class NewerDescriptors {

    private final Map<String, FileDescriptor> files = new HashMap<>();
    private final List<FileDescriptor> roots;

    NewerDescriptors() {
        List<Descriptor> known = List.of(
                HttpConnectionManager.getDescriptor(),
                RouteConfiguration.getDescriptor(),
                Bootstrap.getDescriptor(),
                ExternalProcessor.getDescriptor(),
                HeaderMutation.getDescriptor(),
                TlsInspector.getDescriptor(),
                DownstreamTlsContext.getDescriptor(),
                Router.getDescriptor(),
                StdoutAccessLog.getDescriptor(),
                ExpressionFilter.getDescriptor(),
                LeastRequest.getDescriptor(),
                PreviousHostsPredicate.getDescriptor(),
                UpstreamTlsContext.getDescriptor(),
                HttpProtocolOptions.getDescriptor());
        this.roots = Stream.concat(
                        known.stream().map(type -> rebuilt(type.getFile())),
                        Stream.of(build(
                                overrideHost(), LoadBalancingPolicy.getDescriptor(), MetadataKey.getDescriptor())))
                .toList();
    }

    TypeRegistry types() {
        TypeRegistry.Builder types = TypeRegistry.newBuilder();
        roots.forEach(file -> types.add(file.getMessageTypes()));
        return types.build();
    }

    Descriptor of(Descriptor known) {
        return rebuilt(known.getFile()).findMessageTypeByName(known.getName());
    }

    private FileDescriptor rebuilt(FileDescriptor file) {
        FileDescriptor done = files.get(file.getName());
        if (done != null) {
            return done;
        }
        FileDescriptorProto.Builder proto = file.toProto().toBuilder();
        List<FileDescriptor> dependencies =
                file.getDependencies().stream().map(this::rebuilt).toList();
        if (file.getName().startsWith("google/protobuf/")) {
            files.put(file.getName(), file);
            return file;
        }
        Stream<FileDescriptor> more = Stream.empty();
        if (file == Route.getDescriptor().getFile()) {
            add(proto, "Route", 20, "request_body_buffer_limit", "google.protobuf.UInt64Value");
            more = Stream.of(UInt64Value.getDescriptor().getFile());
        } else if (file == ExternalProcessor.getDescriptor().getFile()) {
            add(proto, "ExternalProcessor", 24, "status_on_error", "envoy.type.v3.HttpStatus");
            add(proto, "ExternalProcessor", 26, "allow_content_length_header", null);
            add(proto, "ExtProcOverrides", 8, "failure_mode_allow", "google.protobuf.BoolValue");
            more = Stream.of(
                    rebuilt(HttpStatus.getDescriptor().getFile()),
                    com.google.protobuf.BoolValue.getDescriptor().getFile());
        }
        List<FileDescriptor> all =
                Stream.concat(dependencies.stream(), more).distinct().toList();
        FileDescriptor built = build(proto, all);
        files.put(file.getName(), built);
        return built;
    }

    private FileDescriptor build(FileDescriptorProto.Builder file, Descriptor... dependencies) {
        return build(
                file,
                Stream.of(dependencies).map(type -> rebuilt(type.getFile())).toList());
    }

    private static FileDescriptor build(FileDescriptorProto.Builder file, List<FileDescriptor> dependencies) {
        file.clearDependency().clearPublicDependency();
        dependencies.forEach(dependency -> file.addDependency(dependency.getName()));
        try {
            return FileDescriptor.buildFrom(file.build(), dependencies.toArray(FileDescriptor[]::new), true);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(FileDescriptorProto.Builder file, String message, int number, String name, String type) {
        file.getMessageTypeBuilderList().stream()
                .filter(candidate -> candidate.getName().equals(message))
                .findFirst()
                .orElseThrow()
                .addField(field(number, name, type));
    }

    private static FieldDescriptorProto.Builder field(int number, String name, String type) {
        FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder()
                .setNumber(number)
                .setName(name)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
        return type == null
                ? field.setType(FieldDescriptorProto.Type.TYPE_BOOL)
                : field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName("." + type);
    }

    private static FileDescriptorProto.Builder overrideHost() {
        String metadataKey = "envoy.type.metadata.v3.MetadataKey";
        return FileDescriptorProto.newBuilder()
                .setName("envoy/extensions/load_balancing_policies/override_host/v3/override_host.proto")
                .setPackage("envoy.extensions.load_balancing_policies.override_host.v3")
                .setSyntax("proto3")
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("OverrideHost")
                        .addNestedType(DescriptorProto.newBuilder()
                                .setName("OverrideHostSource")
                                .addField(field(2, "metadata", metadataKey)))
                        .addField(field(1, "override_host_sources", NewerFields.OVERRIDE_HOST + ".OverrideHostSource")
                                .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED))
                        .addField(field(2, "selected_host_key", metadataKey))
                        .addField(field(3, "fallback_policy", "envoy.config.cluster.v3.LoadBalancingPolicy")));
    }
}
