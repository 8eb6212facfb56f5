package dev.sluice.picker.signals.adapters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.signals.polling.MetricsConnection;
import dev.sluice.picker.signals.polling.PollLoop;
import dev.sluice.picker.signals.polling.ScrapeTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The names in one server's `/v1/models`, as last read. Everything happens on the event loop.
final class ModelList implements MetricsConnection.PageReader {
    private static final ScrapeTarget PLACE = new ScrapeTarget(ScrapeTarget.OWN_PORT, "/v1/models");
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /// Thousands of adapters.
    private static final int MAX_BYTES = 4 << 20;

    /// A server that has no such list says so; that is no fault.
    private static final Set<Integer> NOT_OFFERED = Set.of(404, 405, 501);

    private static final JsonMapper JSON = new JsonMapper();

    private final MetricsConnection connection;
    private final AdapterCheck.Listener listener;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Set<String> names;
    private long began;
    private long heard;

    ModelList(PollLoop loop, EndpointId endpoint, AdapterCheck.Listener listener) {
        this.connection = new MetricsConnection(loop, endpoint, this);
        this.listener = listener;
    }

    /// Begins a read, unless one is under way.
    void read(long now) {
        if (!connection.isReading()) {
            began = now;
            connection.read(PLACE);
        }
    }

    /// Gives up a read that takes too long.
    void tick(long now) {
        if (connection.isReading() && now - began > TIMEOUT.toNanos()) {
            connection.abort(new TimeoutException("no list of models within " + TIMEOUT));
        }
    }

    /// The names as they were at `oldest` or later; null when they are not known.
    @Nullable
    Set<String> since(long oldest) {
        return names != null && heard - oldest >= 0 ? names : null;
    }

    void close() {
        connection.close();
        names = null;
    }

    @Override
    public void begin() {
        body.reset();
    }

    @Override
    public void piece(byte[] bytes, int from, int to) {
        if (body.size() + to - from > MAX_BYTES) {
            throw new IllegalArgumentException("a list of models of more than " + MAX_BYTES + " bytes");
        }
        body.write(bytes, from, to - from);
    }

    @Override
    public void end() {
        names = names(body.toByteArray());
        heard = began;
        listener.answered();
    }

    @Override
    public void failed(Throwable cause) {
        if (cause instanceof MetricsConnection.UnexpectedStatus answer && NOT_OFFERED.contains(answer.code())) {
            names = null;
            listener.answered();
        } else {
            listener.failed(cause);
        }
    }

    private static Set<String> names(byte[] json) {
        JsonNode data;
        try {
            data = JSON.readTree(json).path("data");
        } catch (IOException notJson) {
            throw new IllegalArgumentException("the list of models is not JSON", notJson);
        }
        if (!data.isArray()) {
            throw new IllegalArgumentException("the list of models has no data");
        }
        Set<String> names = new HashSet<>();
        data.forEach(model -> names.add(model.path("id").asText("")));
        return names;
    }
}
