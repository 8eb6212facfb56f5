package dev.sluice.simulator.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A request that is answered with an error; thrown and caught inside one request's parsing.
public final class ApiError extends Exception {
    private final int status;
    private final String type;

    private ApiError(int status, String type, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
    }

    public static ApiError badRequest(String message) {
        return new ApiError(400, "BadRequestError", message);
    }

    public static ApiError notFound(String message) {
        return new ApiError(404, "NotFoundError", message);
    }

    /// An error that a fault asked for.
    public static ApiError ofStatus(int status) {
        return new ApiError(status, "InternalServerError", "injected fault");
    }

    public int status() {
        return status;
    }

    /// The body in the form of the API at that path: Anthropic's or OpenAI's.
    public byte[] body(String path) {
        if (path.equals("/v1/messages")) {
            ObjectNode error = Json.object().put("type", type).put("message", getMessage());
            return Json.bytes(Json.object().put("type", "error").set("error", error));
        }
        return Json.bytes(Json.object()
                .set(
                        "error",
                        Json.object()
                                .put("message", getMessage())
                                .put("type", type)
                                .putNull("param")
                                .put("code", status)));
    }
}
