# libcurl's source package: pinned by revision and checksum, from whichever place has it.
# shellcheck shell=bash

# Revisions of Debian's source package, the best first: the SHA-256 and the SHA-1 of its .dsc, which
# holds the checksums of its other files. More than one, because a mirror may lag behind a new
# revision, and archives drop old ones.
curl_revisions="
  8.14.1-2+deb13u5
    9a9a2c95cdc8b5d76892c70858f25eaf2dc0b0a475a1e43e0b4ad428414752df
    c847a67c7c516a58e14af2507f4d6d93acc58f8a
  8.14.1-2+deb13u4
    8e05fef7cf1528804d050d8df215bb81df0a1e13f9a2c86801ff334dce2b6be9
    98e40d7915ed81c14a68b73f00819a80d31a77bb"

# Folders that may have the files; sha1:URL is an archive that has them by their SHA-1.
curl_places="
  http://deb.debian.org/debian/pool/main/c/curl
  sha1:https://snapshot.debian.org/file"

# Gets NAME into FOLDER. What did not work is appended to `tried`.
fetch_file() {  # fetch_file FOLDER NAME SHA256 SHA1
  local place url log
  for place in $curl_places; do
    case $place in
      sha1:*) url=${place#sha1:}/$4 ;;
      *) url=$place/${2//+/%2b} ;;
    esac
    if log=$(/usr/lib/apt/apt-helper -o APT::Sandbox::User= -o Acquire::Retries=1 \
      -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
      download-file "$url" "$1/$2" "SHA256:$3" 2>&1); then
      return 0
    fi
    rm -f "$1/$2"
    tried+=("$url:$(sed -n 's/^E: Failed to fetch [^ ]*//p' <<<"$log" | head -n 1)")
  done
  return 1
}

# The checksum of a file of a .dsc; ALGORITHM is Sha1 or Sha256.
dsc_sum() {  # dsc_sum DSC ALGORITHM NAME
  sed -n "/^Checksums-$2:/,/^[A-Z]/p" "$1" | awk -v name="$3" 'NF == 3 && $3 == name { print $1 }'
}

fetch_revision() {  # fetch_revision FOLDER REVISION SHA256 SHA1
  local dsc=curl_$2.dsc name
  fetch_file "$1" "$dsc" "$3" "$4" || return 1
  for name in $(sed -n '/^Checksums-Sha256:/,/^[A-Z]/p' "$1/$dsc" | awk 'NF == 3 { print $3 }'); do
    fetch_file "$1" "$name" "$(dsc_sum "$1/$dsc" Sha256 "$name")" \
      "$(dsc_sum "$1/$dsc" Sha1 "$name")" || return 1
  done
}

# Gets the files of the first revision that can be had into FOLDER, and prints the path of its .dsc.
# Without any it says what was tried, and fails.
fetch_curl_source() {  # fetch_curl_source FOLDER
  local tried=() revision
  # shellcheck disable=SC2086  # a list
  set -- "$1" $curl_revisions
  local folder=$1
  shift
  while [ $# -gt 0 ]; do
    revision=$1
    if fetch_revision "$folder" "$revision" "$2" "$3"; then
      echo "$folder/curl_$revision.dsc"
      return 0
    fi
    shift 3
  done
  say "no pinned revision of libcurl's source can be had. Tried:"
  printf '  %s\n' "${tried[@]}" >&2
  return 1
}
