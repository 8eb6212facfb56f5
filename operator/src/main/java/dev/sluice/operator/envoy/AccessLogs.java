package dev.sluice.operator.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;

/// The access log: a line of JSON for each request that answers what happened, where it was sent and why it took so
/// long.
final class AccessLogs {

    /// A request passes one of the two filters at most.
    private static final String PICKER_TIMES = """
            {"operators":[{"command":"FILTER_STATE","param":"%s:PLAIN"},{"command":"FILTER_STATE","param":"%s:PLAIN"}]}""".formatted(ExtProc.SHARED, ExtProc.FOREIGN);

    private static final String[][] FIELDS = {
        {"time", "%START_TIME%"},
        {"request_id", "%REQ(X-REQUEST-ID)%"},
        {"method", "%REQ(:METHOD)%"},
        {"path", "%REQ(:PATH)%"},
        {"authority", "%REQ(:AUTHORITY)%"},
        {"client", "%DOWNSTREAM_REMOTE_ADDRESS%"},
        {"status", "%RESPONSE_CODE%"},
        {"details", "%RESPONSE_CODE_DETAILS%"},
        {"flags", "%RESPONSE_FLAGS%"},
        {"route", "%ROUTE_NAME%"},
        {"cluster", "%UPSTREAM_CLUSTER%"},
        {"upstream", "%UPSTREAM_HOST%"},
        {"upstream_failure", "%UPSTREAM_TRANSPORT_FAILURE_REASON%"},
        {"attempts", "%UPSTREAM_REQUEST_ATTEMPT_COUNT%"},
        {"picked", "%DYNAMIC_METADATA(" + Metadata.NAMESPACE + ":" + Metadata.DESTINATION + ")%"},
        {"served", "%DYNAMIC_METADATA(" + Metadata.NAMESPACE + ":" + Metadata.SERVED + ")%"},
        {"picker_us", "%COALESCE(" + PICKER_TIMES + ")%"},
        {"first_byte_ms", "%RESPONSE_DURATION%"},
        {"duration_ms", "%DURATION%"},
        {"bytes_received", "%BYTES_RECEIVED%"},
        {"bytes_sent", "%BYTES_SENT%"},
    };

    private AccessLogs() {}

    static AccessLog json() {
        Struct.Builder format = Struct.newBuilder();
        for (String[] field : FIELDS) {
            format.putFields(
                    field[0], Value.newBuilder().setStringValue(field[1]).build());
        }
        StdoutAccessLog log = StdoutAccessLog.newBuilder()
                .setLogFormat(SubstitutionFormatString.newBuilder().setJsonFormat(format))
                .build();
        return AccessLog.newBuilder()
                .setName("envoy.access_loggers.stdout")
                .setTypedConfig(Any.pack(log))
                .build();
    }
}
