package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A strategic merge patch as it stands in a resource. Null says that a field is to be taken away, and the schema
/// leaves its fields open: they are those of another kind.
public final class ObjectPatch {
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    @JsonAnyGetter
    public Map<String, @Nullable Object> fields() {
        return Collections.unmodifiableMap(fields);
    }

    @JsonAnySetter
    void set(String field, @Nullable Object value) {
        fields.put(field, value);
    }
}
