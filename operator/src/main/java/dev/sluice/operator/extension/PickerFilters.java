package dev.sluice.operator.extension;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.operator.envoy.Listeners;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Puts the filters that ask pickers before the last one of another gateway's listeners, which sends requests on; they
/// are off until a route turns one on. What clients send in the headers of pickers is taken away first.
final class PickerFilters {

    private PickerFilters() {}

    /// @param routes the names of the routes that lead to pools; other listeners stay as they are
    static Listener in(Listener listener, Set<String> routes) {
        Listener.Builder builder = listener.toBuilder();
        for (int i = 0; i < builder.getFilterChainsCount(); i++) {
            builder.setFilterChains(i, in(builder.getFilterChains(i), routes));
        }
        if (builder.hasDefaultFilterChain()) {
            builder.setDefaultFilterChain(in(builder.getDefaultFilterChain(), routes));
        }
        return builder.build();
    }

    private static FilterChain in(FilterChain chain, Set<String> routes) {
        FilterChain.Builder builder = chain.toBuilder();
        for (int i = 0; i < builder.getFiltersCount(); i++) {
            Filter filter = builder.getFilters(i);
            if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
                HttpConnectionManager manager = manager(filter);
                if (routes.contains(manager.getRds().getRouteConfigName())) {
                    builder.setFilters(i, filter.toBuilder().setTypedConfig(Any.pack(in(manager))));
                }
            }
        }
        return builder.build();
    }

    private static HttpConnectionManager manager(Filter filter) {
        try {
            return filter.getTypedConfig().unpack(HttpConnectionManager.class);
        } catch (InvalidProtocolBufferException unreadable) {
            throw new IllegalArgumentException("Envoy Gateway's filter " + filter.getName() + " is none", unreadable);
        }
    }

    private static HttpConnectionManager in(HttpConnectionManager manager) {
        List<HttpFilter> pickers = Listeners.pickerFilters();
        Set<String> names = pickers.stream().map(HttpFilter::getName).collect(Collectors.toSet());
        List<HttpFilter> filters = new ArrayList<>(manager.getHttpFiltersList());
        filters.removeIf(filter -> names.contains(filter.getName()));
        filters.addAll(Math.max(0, filters.size() - 1), pickers);
        HttpConnectionManager.Builder builder = manager.toBuilder()
                .clearHttpFilters()
                .addAllHttpFilters(filters)
                // The key to the request's explanation.
                .setAlwaysSetRequestIdInResponse(true);
        if (!builder.getEarlyHeaderMutationExtensionsList().contains(Listeners.stripPickerHeaders())) {
            builder.addEarlyHeaderMutationExtensions(Listeners.stripPickerHeaders());
        }
        return builder.build();
    }
}
