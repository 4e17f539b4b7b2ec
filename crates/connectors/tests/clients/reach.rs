//! Requests that may lead to the internet alone, to servers beside this machine.

use anilist_trakt_sync_connectors::outbound::{Fault, Lane, Reach, Request, Retry};
use anilist_trakt_sync_core::domain::Service;

use super::support::{Server, fault, outbound};

fn hook(url: &str, reach: Reach) -> Request {
    let request = Request::post(Lane::of(Service::WEBHOOK), url, &"hush").unwrap();
    request.retry(Retry::Safe).reaching(reach)
}

#[tokio::test]
async fn neither_an_address_nor_a_name_leads_into_the_services_own_network() {
    let server = Server::start(|_, _| "{}").await;
    let port = server.url.rsplit_once(':').unwrap().1;
    let ports = [port.to_owned(), "1".to_owned()];
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "2130706433"]
    {
        for port in &ports {
            let (outbound, _) = outbound();
            let url = format!("http://{host}:{port}/hook");
            let refused = fault(outbound.send(&hook(&url, Reach::Internet)).await);
            assert_eq!(refused, Fault::OffLimits, "{url}");
        }
    }
    assert_eq!(server.calls().len(), 0);
    let (outbound, _) = outbound();
    outbound.send(&hook(&format!("http://localhost:{port}/"), Reach::Anywhere)).await.unwrap();
    assert_eq!(server.calls().len(), 1);
}
