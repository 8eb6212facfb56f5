package dev.sluice.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.simulator.api.ApiError;
import dev.sluice.simulator.api.Json;
import dev.sluice.simulator.api.RequestParser;
import dev.sluice.simulator.metrics.VllmMetrics;
import dev.sluice.simulator.serving.Adapters;
import dev.sluice.simulator.serving.EngineLoop;
import dev.sluice.simulator.serving.Fault;
import dev.sluice.simulator.serving.ServerConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;

/// Everything of a server that answers at once: models, adapters, health, metrics, faults.
public final class Routes {
    private static final String VERSION = "0.14.0";
    private static final String POD_HEADER = "x-inference-pod";
    private static final double MILLIS_PER_SECOND = 1e3;

    private final ServerConfig config;
    private final EngineLoop engine;
    private final Adapters adapters;
    private final VllmMetrics metrics;
    private final RequestParser parser;
    private final Consumer<Fault> faults;
    private final long created = System.currentTimeMillis() / 1_000;

    /// @param faults gets the faults that a client asks for
    public Routes(
            ServerConfig config, EngineLoop engine, Adapters adapters, VllmMetrics metrics, Consumer<Fault> faults) {
        this.config = config;
        this.engine = engine;
        this.adapters = adapters;
        this.metrics = metrics;
        this.faults = faults;
        this.parser = new RequestParser(
                config.model().name(),
                adapters::knows,
                config.engine().scheduler().maxModelLen());
    }

    RequestParser parser() {
        return parser;
    }

    EngineLoop engine() {
        return engine;
    }

    VllmMetrics metrics() {
        return metrics;
    }

    /// Marks a response with the pod that gave it.
    <R extends HttpResponse> R stamp(R response) {
        response.headers().set(POD_HEADER, config.pod().name());
        return response;
    }

    int streamInterval() {
        return config.streamInterval();
    }

    FullHttpResponse answer(HttpMethod method, String path, ByteBuf body) {
        try {
            return method.equals(HttpMethod.POST) ? post(path, body) : get(path);
        } catch (ApiError e) {
            return Responses.error(e, path);
        }
    }

    private FullHttpResponse get(String path) throws ApiError {
        return switch (path) {
            case "/health", "/ping" -> Responses.text("");
            case "/metrics" ->
                Responses.exposition(metrics.render(engine.engine(), System.currentTimeMillis() / MILLIS_PER_SECOND));
            case "/version" -> ok(Json.object().put("version", VERSION));
            case "/v1/models" -> ok(models());
            default -> throw ApiError.notFound("Not Found");
        };
    }

    private FullHttpResponse post(String path, ByteBuf body) throws ApiError {
        return switch (path) {
            case "/tokenize" -> ok(tokenize(parser.tokenize(new ByteBufInputStream(body))));
            case "/v1/load_lora_adapter" -> Responses.text(load(Json.parse(new ByteBufInputStream(body))));
            case "/v1/unload_lora_adapter" -> Responses.text(unload(Json.parse(new ByteBufInputStream(body))));
            case "/reset_prefix_cache" -> {
                engine.engine().resetPrefixCache();
                yield Responses.text("");
            }
            case "/fault" -> {
                faults.accept(FaultReader.read(Json.parse(new ByteBufInputStream(body))));
                yield ok(Json.object().put("status", "ok"));
            }
            case "/ping" -> Responses.text("");
            default -> throw ApiError.notFound("Not Found");
        };
    }

    private ObjectNode tokenize(long[] ids) {
        ObjectNode answer = Json.object()
                .put("count", ids.length)
                .put("max_model_len", config.engine().scheduler().maxModelLen());
        ArrayNode tokens = answer.putArray("tokens");
        for (long id : ids) {
            tokens.add(id);
        }
        return answer.putNull("token_strs");
    }

    private String load(JsonNode body) throws ApiError {
        String name = body.path("lora_name").asText("");
        String path = body.path("lora_path").asText("");
        if (name.isEmpty() || path.isEmpty()) {
            throw ApiError.badRequest("Both 'lora_name' and 'lora_path' must be provided.");
        }
        if (config.engine().lora().slots() == 0) {
            throw ApiError.badRequest("LoRA is not enabled");
        }
        if (name.equals(config.model().name()) || !adapters.add(name, path)) {
            throw ApiError.badRequest("The lora adapter '" + name + "' has already been loaded.");
        }
        engine.engine().preload(name);
        return "Success: LoRA adapter '" + name + "' added successfully.";
    }

    private String unload(JsonNode body) throws ApiError {
        String name = body.path("lora_name").asText("");
        if (!adapters.remove(name)) {
            throw ApiError.notFound("The lora adapter '" + name + "' cannot be found.");
        }
        engine.engine().unload(name);
        return "Success: LoRA adapter '" + name + "' removed successfully.";
    }

    private ObjectNode models() {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        ObjectNode base = model(data, config.model().name(), config.model().name());
        base.putNull("parent").put("max_model_len", config.engine().scheduler().maxModelLen());
        adapters.paths()
                .forEach((name, path) -> model(data, name, path)
                        .put("parent", config.model().name())
                        .putNull("max_model_len"));
        return list;
    }

    private ObjectNode model(ArrayNode data, String id, String root) {
        return data.addObject()
                .put("id", id)
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "vllm")
                .put("root", root);
    }

    private static FullHttpResponse ok(ObjectNode body) {
        return Responses.json(HttpResponseStatus.OK, Json.bytes(body));
    }
}
