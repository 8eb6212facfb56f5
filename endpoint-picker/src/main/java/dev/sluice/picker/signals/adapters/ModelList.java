package dev.sluice.picker.signals.adapters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.picker.http.BodyCollector;
import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.http.HttpConnection;
import dev.sluice.picker.http.Origin;
import dev.sluice.picker.http.OutgoingRequest;
import dev.sluice.picker.http.OutgoingRequest.AnswerLimits;
import dev.sluice.picker.http.UnexpectedStatus;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.signals.validation.LabelTexts;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names in a server's `/v1/models`, as last read, and where its base model was loaded from. Everything
/// happens on the event loop.
final class ModelList extends BodyCollector {
    /// Four megabytes hold thousands of adapters.
    private static final OutgoingRequest REQUEST =
            OutgoingRequest.get("/v1/models", "application/json", new AnswerLimits(Duration.ofSeconds(2), 4 << 20));

    /// Statuses of a server without such a list, which is no fault.
    private static final Set<Integer> NOT_OFFERED = Set.of(404, 405, 501);

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpConnection connection;
    private final Origin origin;
    private final AdapterCheck.Listener listener;
    private @Nullable Set<String> names;
    private String root = "";
    private long began;
    private long heard;

    ModelList(EventLoopThread loop, EndpointId endpoint, AdapterCheck.Listener listener) {
        this.connection = new HttpConnection(loop);
        this.origin = Origin.of(endpoint, endpoint.port());
        this.listener = listener;
    }

    /// Begins a read, unless another is in progress.
    void read(long now) {
        if (!connection.isBusy()) {
            began = now;
            connection.send(origin, REQUEST, this);
        }
    }

    /// The names if they were read since `oldest`, else null.
    @Nullable
    Set<String> since(long oldest) {
        return names != null && heard - oldest >= 0 ? names : null;
    }

    /// The path or name that the server loaded its base model from, as last read; empty where it did not say.
    /// A model does not change while its server runs, so it does not grow old.
    String root() {
        return root;
    }

    void close() {
        connection.close();
        names = null;
    }

    @Override
    protected void collected(byte[] whole) {
        JsonNode data = data(whole);
        Set<String> listed = new HashSet<>();
        data.forEach(model -> listed.add(model.path("id").asText("")));
        names = listed;
        root = root(data);
        heard = began;
        listener.answered();
    }

    @Override
    public void failed(Throwable cause) {
        if (cause instanceof UnexpectedStatus answer && NOT_OFFERED.contains(answer.code())) {
            names = null;
            listener.answered();
        } else {
            listener.failed(cause);
        }
    }

    private static JsonNode data(byte[] json) {
        JsonNode data;
        try {
            data = JSON.readTree(json).path("data");
        } catch (IOException notJson) {
            throw new IllegalArgumentException("the list of models is not JSON", notJson);
        }
        if (!data.isArray()) {
            throw new IllegalArgumentException("the list of models has no data");
        }
        return data;
    }

    /// Of the first model that is no adapter: adapters name their base model as `parent`.
    private static String root(JsonNode data) {
        for (JsonNode model : data) {
            String loaded = model.path("root").asText("");
            if (!model.path("parent").isTextual() && !loaded.isEmpty() && LabelTexts.isShort(loaded)) {
                return loaded;
            }
        }
        return "";
    }
}
