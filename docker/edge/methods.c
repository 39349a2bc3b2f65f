/* LiveKit answers 405 to a method that it does not serve (docs/facts/livekit.md#methods), Asterisk 501, or 489 where it asks
 * for an event package first; no setting of Asterisk changes that. All of them leave by this function of pjsip, which stands
 * before Asterisk's own (LD_PRELOAD). So SIP, its addresses and its capture stay as they are, which a proxy in front would not
 * leave. */
#define _GNU_SOURCE
#include <dlfcn.h>

typedef int respond(void *endpoint, void *request, int status, const void *text, const void *headers, const void *body);

int pjsip_endpt_respond_stateless(void *endpoint, void *request, int status, const void *text, const void *headers,
                                  const void *body)
{
    respond *pjsip = (respond *)dlsym(RTLD_NEXT, "pjsip_endpt_respond_stateless");
    return pjsip(endpoint, request, status == 501 || status == 489 ? 405 : status, text, headers, body);
}
