package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExtProcOverrides;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;

/// The fields that Envoy 1.40 knows and the generated classes, which are of Envoy 1.34, do not: fields by
/// their numbers, and the `override_host` policy. Newer generated classes will make this one unnecessary.
final class NewerFields {

    static final String OVERRIDE_HOST = "envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost";

    private static final int ROUTE_REQUEST_BODY_BUFFER_LIMIT = 20;
    private static final int EXT_PROC_STATUS_ON_ERROR = 24;
    private static final int EXT_PROC_ALLOW_CONTENT_LENGTH_HEADER = 26;
    private static final int OVERRIDES_FAILURE_MODE_ALLOW = 8;

    private static final int OVERRIDE_HOST_SOURCES = 1;
    private static final int OVERRIDE_HOST_SELECTED_HOST_KEY = 2;
    private static final int OVERRIDE_HOST_FALLBACK_POLICY = 3;
    private static final int OVERRIDE_HOST_SOURCE_METADATA = 2;

    private NewerFields() {}

    /// The largest request body that is kept to be sent again.
    static Route withRequestBodyBufferLimit(Route route, long bytes) {
        return route.toBuilder()
                .mergeUnknownFields(one(ROUTE_REQUEST_BODY_BUFFER_LIMIT, message(UInt64Value.of(bytes))))
                .build();
    }

    /// The status of a request that the picker failed; without it Envoy says 500.
    static ExternalProcessor withStatusOnError(ExternalProcessor filter, StatusCode status) {
        HttpStatus value = HttpStatus.newBuilder().setCode(status).build();
        return filter.toBuilder()
                .mergeUnknownFields(one(EXT_PROC_STATUS_ON_ERROR, message(value)))
                .build();
    }

    /// Lets the picker set `content-length`; without it servers see a chunked request.
    static ExternalProcessor withContentLengthAllowed(ExternalProcessor filter) {
        return filter.toBuilder()
                .mergeUnknownFields(one(
                        EXT_PROC_ALLOW_CONTENT_LENGTH_HEADER,
                        Field.newBuilder().addVarint(1).build()))
                .build();
    }

    /// Requests pass without the picker when it cannot be reached, for one route or share of it.
    static ExtProcOverrides withFailureModeAllow(ExtProcOverrides overrides, boolean allow) {
        return overrides.toBuilder()
                .mergeUnknownFields(one(OVERRIDES_FAILURE_MODE_ALLOW, message(BoolValue.of(allow))))
                .build();
    }

    /// The policy that sends a request to the first usable endpoint of the list in its metadata at `source`,
    /// writes the one that served to `served`, and chooses by `fallback` when the list names none.
    static Any overrideHost(MetadataKey source, MetadataKey served, LoadBalancingPolicy fallback) {
        UnknownFieldSet sources = one(OVERRIDE_HOST_SOURCE_METADATA, message(source));
        UnknownFieldSet policy = UnknownFieldSet.newBuilder()
                .addField(OVERRIDE_HOST_SOURCES, bytes(sources.toByteString()))
                .addField(OVERRIDE_HOST_SELECTED_HOST_KEY, message(served))
                .addField(OVERRIDE_HOST_FALLBACK_POLICY, message(fallback))
                .build();
        return Any.newBuilder()
                .setTypeUrl("type.googleapis.com/" + OVERRIDE_HOST)
                .setValue(policy.toByteString())
                .build();
    }

    private static UnknownFieldSet one(int number, Field field) {
        return UnknownFieldSet.newBuilder().addField(number, field).build();
    }

    private static Field message(Message value) {
        return bytes(value.toByteString());
    }

    private static Field bytes(ByteString value) {
        return Field.newBuilder().addLengthDelimited(value).build();
    }
}
