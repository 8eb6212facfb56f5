package dev.sluice.api;

/// The patterns that Kubernetes demands of names, as CRD schemas state them.
public final class Names {

    /// A DNS subdomain, or nothing: an API group, where nothing is the core group.
    public static final String GROUP = "^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /// The kind of a resource.
    public static final String KIND = "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$";

    /// A DNS label: a namespace.
    public static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    /// The value of a label; may be empty.
    public static final String LABEL_VALUE = "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$";

    /// `DOMAIN/PATH`: the controller that a GatewayClass names.
    public static final String CONTROLLER =
            "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$";

    private Names() {}
}
