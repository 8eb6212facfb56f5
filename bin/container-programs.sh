# Sourced by bin/verify and .ci/run: says what container images are run and released with, and defines `missing_container_programs`.

# Packages of Debian.
container_packages="podman runc conmon iptables skopeo"

# The programs that are not here, with commas between.
missing_container_programs() (
    PATH=$PATH:/usr/sbin:/sbin
    missing=
    for program in podman runc skopeo; do
        command -v "$program" >/dev/null || missing=${missing:+$missing, }$program
    done
    echo "$missing"
)
