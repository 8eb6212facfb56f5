package dev.sluice.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.simulator.api.ApiError;
import dev.sluice.simulator.serving.Fault;

/// Reads a fault from JSON, such as `{"kind":"slow","factor":4}`.
final class FaultReader {
    private static final int ALL = -1;

    private FaultReader() {}

    static Fault read(JsonNode body) throws ApiError {
        try {
            return switch (body.path("kind").asText("")) {
                case "none" -> new Fault.None();
                case "slow" -> new Fault.Slow(body.path("factor").asDouble(Double.NaN));
                case "throttle" -> new Fault.Throttle(body.path("factor").asDouble(Double.NaN));
                case "hang" -> new Fault.Hang();
                case "error" ->
                    new Fault.Fail(
                            body.path("status").asInt(500), body.path("count").asInt(ALL));
                case "drop" ->
                    new Fault.Drop(
                            body.path("afterTokens").asInt(1),
                            body.path("count").asInt(ALL));
                case "xid" -> new Fault.Xid(body.path("code").asInt(0));
                case "lose-events" -> new Fault.LoseEvents(body.path("count").asInt(1));
                case "adapter" -> new Fault.Adapter(body.path("name").asText(""));
                case "die" -> new Fault.Die();
                default ->
                    throw ApiError.badRequest(
                            "'kind' must be one of none, slow, throttle, hang, error, drop, xid, adapter, lose-events, die");
            };
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
