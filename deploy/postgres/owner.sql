-- Run once, when the server is new: the role that owns the tables, and its database.
-- It is no superuser, for what a superuser owns walks past row policies; it may make the API's role, and that is all.
\set password `cat /run/secrets/owner_password`
CREATE ROLE trambot_owner LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE trambot OWNER trambot_owner;
