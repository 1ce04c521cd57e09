/// **Access:** users with `policy = policies::Reader`.
fn list(_: crate::auth::__private::Guard<policies::Reader>, db: Db) {}
