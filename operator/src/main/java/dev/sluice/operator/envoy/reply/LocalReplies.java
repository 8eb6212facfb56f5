package dev.sluice.operator.envoy.reply;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;

/// The response to a request for which no endpoint picker answered: Envoy alone would send an empty body, of which
/// clients' libraries show a number. An endpoint picker's own responses stay as they are.
public final class LocalReplies {

    private static final String WITHOUT_PICKER = "response.code_details.startsWith('ext_proc_error')";

    private LocalReplies() {}

    public static LocalReplyConfig config() {
        Struct error = Struct.newBuilder()
                .putFields("message", text("no endpoint picker answers for this pool; try again"))
                .putFields("type", text("server_error"))
                .putFields("code", text("picker_unavailable"))
                .build();
        return LocalReplyConfig.newBuilder()
                .addMappers(ResponseMapper.newBuilder()
                        .setFilter(AccessLogFilter.newBuilder()
                                .setExtensionFilter(ExtensionFilter.newBuilder()
                                        .setName("envoy.access_loggers.extension_filters.cel")
                                        .setTypedConfig(Any.pack(ExpressionFilter.newBuilder()
                                                .setExpression(WITHOUT_PICKER)
                                                .build()))))
                        .addHeadersToAdd(HeaderValueOption.newBuilder()
                                .setHeader(HeaderValue.newBuilder()
                                        .setKey("retry-after")
                                        .setValue("1")))
                        .setBodyFormatOverride(SubstitutionFormatString.newBuilder()
                                .setJsonFormat(Struct.newBuilder()
                                        .putFields(
                                                "error",
                                                Value.newBuilder()
                                                        .setStructValue(error)
                                                        .build()))))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
