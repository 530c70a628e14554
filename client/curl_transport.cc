#include "client/curl_transport.h"

#include <curl/curl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "client/url.h"

namespace ecs::client {
namespace {

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// Whether a request left us. The caller and the I/O thread agree on it, so that a caller who gives
// up knows for sure.
enum class Fate { kWaiting, kBegun, kAbandoned };

// Its members are the I/O thread's, but for `fate` and what Transfer guards.
class CurlTransfer : public Transfer {
 public:
  bool Begun() const override { return fate == Fate::kBegun; }
  bool Abandon() override {
    Fate before = Fate::kWaiting;
    fate.compare_exchange_strong(before, Fate::kAbandoned);
    if (abandoned) abandoned();
    return before == Fate::kBegun;
  }

  Request request = {};
  std::string host = {};  // scheme and authority
  std::unique_ptr<CURL, FreeEasy> easy = {};
  std::unique_ptr<curl_slist, FreeList> headers = {};
  char error_text[CURL_ERROR_SIZE] = {};
  std::size_t body_limit = 0;
  bool too_big = false;
  bool no_memory = false;       // for the answer
  bool no_descriptors = false;  // this process may open no more files
  Response response = {};
  CURLcode result = CURLE_OK;
  long proxy_status = 0;  // what a proxy said to CONNECT; 0: none was asked
  std::atomic<Fate> fate = Fate::kWaiting;
  std::function<void()> abandoned = {};  // tells the I/O thread; set before it sees the transfer
};
using TransferPtr = std::shared_ptr<CurlTransfer>;

// An exception must not pass through curl. What a callback returns: `bytes`, or 0 to give up.
template <class Take>
std::size_t Taken(CurlTransfer& transfer, std::size_t bytes, const Take& take) {
  try {
    take();
    return bytes;
  } catch (const std::bad_alloc&) {
    transfer.no_memory = true;
    return 0;
  }
}

std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<CurlTransfer*>(user);
  const std::size_t bytes = size * count;
  if (transfer.response.body.size() + bytes > transfer.body_limit) {
    transfer.too_big = true;
    return 0;
  }
  return Taken(transfer, bytes, [&] { transfer.response.body.append(data, bytes); });
}

std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<CurlTransfer*>(user);
  return Taken(transfer, size * count, [&] {
    const std::string line(data, size * count);
    if (absl::StartsWith(line, "HTTP/")) {
      transfer.response.headers = {};  // of an interim answer, or of a proxy's CONNECT
    } else if (const auto colon = line.find(':'); colon != line.npos) {
      transfer.response.headers.Add(
          line.substr(0, colon), std::string(absl::StripAsciiWhitespace(line.substr(colon + 1))));
    }
  });
}

// Runs when there is a connection and right before the request goes out on it.
int OnBegin(void* user, char*, char*, int, int) {
  Fate before = Fate::kWaiting;
  static_cast<CurlTransfer*>(user)->fate.compare_exchange_strong(before, Fate::kBegun);
  return before == Fate::kAbandoned ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

// Distributions keep their certificates in different places, and a static binary meets them all.
std::string FindCertificates() {
  if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0')
    return file;
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    struct stat about = {};
    if (stat(file, &about) == 0) return file;
  }
  return "";
}

bool IsCertificateProblem(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CIPHER:
      return true;
    default:
      return false;
  }
}

bool IsSenseless(CURLcode code) {
  return code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
}

// Whether a failure of curl's to open a socket or a file comes from the limit of this process, of
// which curl's texts say nothing.
bool IsOutOfDescriptors() {
  const int spare = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (spare < 0) return errno == EMFILE;
  close(spare);
  return false;
}

std::string DescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return "unknown";
  return absl::StrCat(limit.rlim_cur);
}

Error ErrorOf(const CurlTransfer& transfer) {
  const std::string text = transfer.error_text[0] != '\0' ? std::string(transfer.error_text)
                                                          : curl_easy_strerror(transfer.result);
  Error error = {.code = Code::kUnavailable,
                 .summary = absl::StrCat(transfer.request.operation, " failed"),
                 .api = ApiFault{.operation = transfer.request.operation},
                 .maybe_executed = transfer.fate == Fate::kBegun};
  if (transfer.too_big) {
    error.code = Code::kCloudFailed;
    error.detail = absl::StrCat("The answer of ", transfer.host, " is larger than ",
                                transfer.body_limit >> 20, " MiB.");
  } else if (transfer.no_memory) {
    error.code = Code::kCloudFailed;
    error.detail =
        absl::StrCat("There is not enough memory for the answer of ", transfer.host, ".");
  } else if (transfer.no_descriptors) {
    error.code = Code::kInvalid;
    error.detail =
        absl::StrCat("Could not connect to ", transfer.host, ": this process may have only ",
                     DescriptorLimit(), " files open at a time, and they are in use (", text, ").");
    error.hint = "Raise the limit (ulimit -n 1024) in the shell that starts Terraform.";
  } else if (error.maybe_executed) {
    error.detail = absl::StrCat("No whole answer came from ", transfer.host, ": ", text, ".");
  } else if (IsSenseless(transfer.result)) {
    error.code = Code::kInvalid;
    error.detail = absl::StrCat("The address ", transfer.host, " cannot be used: ", text, ".");
    error.hint = "Check auth_url and endpoints in the provider block.";
  } else if (transfer.proxy_status >= 400) {
    // A proxy whose own way is cut may find it again.
    if (transfer.proxy_status < 500) error.code = Code::kInvalid;
    error.detail = absl::StrCat("The proxy refused to connect to ", transfer.host, " (HTTP ",
                                transfer.proxy_status, "). The cloud did not see the request.");
    error.hint =
        "Check the proxy variables (HTTPS_PROXY, NO_PROXY), or ask those who run the proxy.";
  } else if (IsCertificateProblem(transfer.result)) {
    error.code = Code::kInvalid;
    error.detail = absl::StrCat("No trusted connection to ", transfer.host, ": ", text, ".");
    error.hint =
        "Set cacert_file to the certificates that the cloud is signed with. insecure = true "
        "switches "
        "the check off.";
  } else {
    error.detail = absl::StrCat("Could not connect to ", transfer.host, ": ", text, ".");
    error.hint =
        "Check auth_url, endpoints, region, and the proxy variables (HTTPS_PROXY, NO_PROXY).";
  }
  return error;
}

class Multi : public Wire, public std::enable_shared_from_this<Multi> {
 public:
  explicit Multi(CurlOptions options) : options_(std::move(options)) {}
  ~Multi() override;

  std::shared_ptr<Transfer> Begin(const Request& request) override;

 private:
  void Start() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  TransferPtr Prepare(const Request& request) const;
  void SetTls(CURL* easy) const;
  void Run();
  bool TakeWork();
  void Launch(const TransferPtr& transfer);
  void Finish();
  void Drop(TransferPtr transfer);

  const CurlOptions options_;
  std::string cacert_file_;

  absl::Mutex mu_;
  bool started_ ABSL_GUARDED_BY(mu_) = false;
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  std::deque<TransferPtr> queue_ ABSL_GUARDED_BY(mu_);
  std::deque<TransferPtr> abandoned_ ABSL_GUARDED_BY(mu_);

  CURLM* multi_ = nullptr;  // the I/O thread's, but for curl_multi_wakeup
  bool can_wake_ = false;   // set before the thread starts
  std::thread thread_;
  // Of the I/O thread alone.
  std::map<CURL*, TransferPtr> running_;
  std::map<std::string, int> running_per_host_;
};

Multi::~Multi() {
  {
    absl::MutexLock lock(&mu_);
    if (!started_) return;
    stop_ = true;
  }
  curl_multi_wakeup(multi_);
  thread_.join();
  curl_multi_cleanup(multi_);
}

void Multi::Start() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  cacert_file_ = options_.cacert_file.empty() ? FindCertificates() : options_.cacert_file;
  multi_ = curl_multi_init();
  can_wake_ = curl_multi_wakeup(multi_) == CURLM_OK;
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 4L * options_.connections_per_host);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  // Signals are the main thread's; SIGPIPE would end the process (CURLOPT_NOSIGNAL).
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { Run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  started_ = true;
}

std::shared_ptr<Transfer> Multi::Begin(const Request& request) {
  const TransferPtr transfer = Prepare(request);
  transfer->abandoned = [self = weak_from_this(), weak = std::weak_ptr(transfer)] {
    const auto multi = self.lock();
    const auto abandoned = weak.lock();
    if (multi == nullptr || abandoned == nullptr) return;
    {
      absl::MutexLock lock(&multi->mu_);
      multi->abandoned_.push_back(abandoned);
    }
    curl_multi_wakeup(multi->multi_);
  };
  {
    absl::MutexLock lock(&mu_);
    if (!started_) Start();
    queue_.push_back(transfer);
  }
  curl_multi_wakeup(multi_);
  return transfer;
}

TransferPtr Multi::Prepare(const Request& request) const {
  auto transfer = std::make_shared<CurlTransfer>();
  transfer->request = request;
  transfer->body_limit = options_.body_limit;
  const UrlParts parts = SplitUrl(request.url);
  transfer->host = absl::StrCat(parts.scheme, "://", parts.authority);
  return transfer;
}

void Multi::SetTls(CURL* easy) const {
  if (options_.insecure) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!cacert_file_.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, cacert_file_.c_str());
  if (!options_.cert_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, options_.cert_file.c_str());
    // One file may hold both.
    const std::string& key = options_.key_file.empty() ? options_.cert_file : options_.key_file;
    curl_easy_setopt(easy, CURLOPT_SSLKEY, key.c_str());
  }
}

void Multi::Launch(const TransferPtr& transfer) {
  transfer->easy.reset(curl_easy_init());
  CURL* easy = transfer->easy.get();
  const Request& request = transfer->request;
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  // What was signed is what is sent, an id such as ".." too.
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    list = curl_slist_append(list, absl::StrCat(name, ": ", value).c_str());
  }
  if (!request.headers.Has("Content-Type")) list = curl_slist_append(list, "Content-Type:");
  transfer->headers.reset(list);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A request that gives up during a DNS look-up must not wait for the look-up's thread: the I/O
  // thread would be the one to wait.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.silence_limit.count()));
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  if (request.repeat == Repeat::kOnlyIfNotSent) {
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  }
  if (request.no_proxy) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  SetTls(easy);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_text);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, OnBegin);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer.get());
  running_[easy] = transfer;
  ++running_per_host_[transfer->host];
  curl_multi_add_handle(multi_, easy);
}

// By value: the reference may be the one in running_.
void Multi::Drop(TransferPtr transfer) {
  CURL* easy = transfer->easy.get();
  if (easy == nullptr || running_.erase(easy) == 0) return;
  --running_per_host_[transfer->host];
  curl_multi_remove_handle(multi_, easy);
  transfer->easy.reset();
}

// Whether to go on.
bool Multi::TakeWork() {
  absl::MutexLock lock(&mu_);
  if (stop_) return false;
  for (const TransferPtr& transfer : abandoned_) {
    std::erase(queue_, transfer);
    Drop(transfer);
  }
  abandoned_.clear();
  std::deque<TransferPtr> waiting;
  for (const TransferPtr& transfer : queue_) {
    if (running_per_host_[transfer->host] < options_.connections_per_host) {
      Launch(transfer);
    } else {
      waiting.push_back(transfer);
    }
  }
  queue_ = std::move(waiting);
  return true;
}

void Multi::Finish() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;
    const TransferPtr transfer = running_.at(message->easy_handle);
    long status = 0;
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    transfer->no_descriptors =
        result != CURLE_OK && transfer->fate != Fate::kBegun && IsOutOfDescriptors();
    curl_easy_getinfo(message->easy_handle, CURLINFO_HTTP_CONNECTCODE, &transfer->proxy_status);
    Drop(transfer);
    transfer->result = result;
    transfer->response.status = static_cast<int>(status);
    if (result == CURLE_OK) {
      transfer->End(std::move(transfer->response));
    } else {
      transfer->End(ErrorOf(*transfer));
    }
  }
}

void Multi::Run() {
  while (TakeWork()) {
    int running = 0;
    curl_multi_perform(multi_, &running);
    const std::size_t before = running_.size();
    Finish();
    // A finished transfer may make room for one that waits in the queue.
    if (running_.size() != before) continue;
    // Without descriptors for it, curl has no way to be woken up.
    curl_multi_poll(multi_, nullptr, 0, can_wake_ ? 10'000 : 20, nullptr);
  }
  while (!running_.empty()) Drop(running_.begin()->second);
}

}  // namespace

CurlOptions CurlOptionsFrom(const Settings& settings) {
  return {.insecure = settings.insecure.value_or(false),
          .cacert_file = settings.cacert_file,
          .cert_file = settings.cert_file,
          .key_file = settings.key_file};
}

std::shared_ptr<Wire> CurlWire(CurlOptions options) {
  return std::make_shared<Multi>(std::move(options));
}

Send CurlTransport(CurlOptions options) { return Over(CurlWire(std::move(options))); }

}  // namespace ecs::client
