/// **Access:** users with `policy = policies::Reader`.
async fn list(_: crate::auth::__private::Guard<policies::Reader>, db: Db) {}
