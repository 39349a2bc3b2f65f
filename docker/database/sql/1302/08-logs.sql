-- What has happened: calls, recordings, carriers, agents. Schema 1302 (2013).

CREATE TABLE vicidial_log (
  uniqueid VARCHAR(20) NOT NULL PRIMARY KEY,
  lead_id INT(9) UNSIGNED NOT NULL,
  list_id BIGINT(14) UNSIGNED,
  campaign_id VARCHAR(8),
  call_date DATETIME,
  start_epoch INT(10) UNSIGNED,
  end_epoch INT(10) UNSIGNED,
  length_in_sec INT(10),
  status VARCHAR(6),
  phone_code VARCHAR(10),
  phone_number VARCHAR(18),
  user VARCHAR(20),
  comments VARCHAR(255),
  processed ENUM('Y','N'),
  user_group VARCHAR(20),
  term_reason ENUM('CALLER','AGENT','QUEUETIMEOUT','ABANDON','AFTERHOURS','NONE') DEFAULT 'NONE',
  alt_dial VARCHAR(6) DEFAULT 'NONE',
  KEY lead_id (lead_id),
  KEY call_date (call_date)
) ENGINE=MyISAM;

CREATE TABLE vicidial_log_extended (
  uniqueid VARCHAR(50) NOT NULL PRIMARY KEY,
  server_ip VARCHAR(15),
  call_date DATETIME,
  lead_id INT(9) UNSIGNED,
  caller_code VARCHAR(30) NOT NULL,
  custom_call_id VARCHAR(100),
  start_url_processed ENUM('N','Y','U') DEFAULT 'N',
  dispo_url_processed ENUM('N','Y','U','XY','XU') DEFAULT 'N',
  multi_alt_processed ENUM('N','Y','U') DEFAULT 'N',
  noanswer_processed ENUM('N','Y','U') DEFAULT 'N',
  KEY call_date (call_date),
  KEY lead_id (lead_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_closer_log (
  closecallid INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  lead_id INT(9) UNSIGNED NOT NULL,
  list_id BIGINT(14) UNSIGNED,
  campaign_id VARCHAR(20),
  call_date DATETIME,
  start_epoch INT(10) UNSIGNED,
  end_epoch INT(10) UNSIGNED,
  length_in_sec INT(10),
  status VARCHAR(6),
  phone_code VARCHAR(10),
  phone_number VARCHAR(18),
  user VARCHAR(20),
  comments VARCHAR(255),
  processed ENUM('Y','N'),
  queue_seconds DECIMAL(7,2) DEFAULT 0,
  user_group VARCHAR(20),
  xfercallid INT(9) UNSIGNED,
  term_reason ENUM('CALLER','AGENT','QUEUETIMEOUT','ABANDON','AFTERHOURS','HOLDRECALLXFER','HOLDTIME','NOAGENT','NONE') DEFAULT 'NONE',
  uniqueid VARCHAR(20) NOT NULL DEFAULT '',
  agent_only VARCHAR(20) DEFAULT '',
  KEY lead_id (lead_id),
  KEY call_date (call_date)
) ENGINE=MyISAM;

CREATE TABLE call_log (
  uniqueid VARCHAR(20) NOT NULL PRIMARY KEY,
  channel VARCHAR(100),
  channel_group VARCHAR(30),
  type VARCHAR(10),
  server_ip VARCHAR(15),
  extension VARCHAR(100),
  number_dialed VARCHAR(15),
  caller_code VARCHAR(20),
  start_time DATETIME,
  start_epoch INT(10),
  end_time DATETIME,
  end_epoch INT(10),
  length_in_sec INT(10),
  length_in_min DOUBLE(8,2),
  KEY caller_code (caller_code),
  KEY server_ip (server_ip),
  KEY channel (channel)
) ENGINE=MyISAM;

CREATE TABLE recording_log (
  recording_id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  channel VARCHAR(100),
  server_ip VARCHAR(15),
  extension VARCHAR(100),
  start_time DATETIME,
  start_epoch INT(10) UNSIGNED,
  end_time DATETIME,
  end_epoch INT(10) UNSIGNED,
  length_in_sec MEDIUMINT(8) UNSIGNED,
  length_in_min DOUBLE(8,2),
  filename VARCHAR(50),
  location VARCHAR(255),
  lead_id INT(9) UNSIGNED,
  user VARCHAR(20),
  vicidial_id VARCHAR(20),
  KEY filename (filename),
  KEY lead_id (lead_id),
  KEY user (user),
  KEY vicidial_id (vicidial_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_remote_agent_log (
  uniqueid VARCHAR(20) DEFAULT '',
  callerid VARCHAR(20) DEFAULT '',
  ra_user VARCHAR(20),
  user VARCHAR(20),
  call_time DATETIME,
  extension VARCHAR(100) DEFAULT '',
  lead_id INT(9) UNSIGNED DEFAULT 0,
  phone_number VARCHAR(18) DEFAULT '',
  campaign_id VARCHAR(20) DEFAULT '',
  processed ENUM('Y','N') DEFAULT 'N',
  comment VARCHAR(255) DEFAULT '',
  KEY call_time (call_time),
  KEY ra_user (ra_user),
  KEY extension (extension),
  KEY uniqueid (uniqueid)
) ENGINE=MyISAM;

CREATE TABLE vicidial_carrier_log (
  uniqueid VARCHAR(20) NOT NULL PRIMARY KEY,
  call_date DATETIME,
  server_ip VARCHAR(15) NOT NULL,
  lead_id INT(9) UNSIGNED,
  hangup_cause TINYINT(1) UNSIGNED DEFAULT 0,
  dialstatus VARCHAR(16),
  channel VARCHAR(100),
  dial_time SMALLINT(3) UNSIGNED DEFAULT 0,
  answered_time SMALLINT(4) UNSIGNED DEFAULT 0,
  KEY call_date (call_date)
) ENGINE=MyISAM;

CREATE TABLE vicidial_daily_ra_stats (
  stats_date DATE NOT NULL,
  user VARCHAR(20) DEFAULT '',
  stats_flag ENUM('OPEN','CLOSED','CLOSING') DEFAULT 'CLOSED',
  max_calls MEDIUMINT(8) UNSIGNED DEFAULT 0,
  total_calls INT(9) UNSIGNED DEFAULT 0,
  update_time TIMESTAMP,
  closed_time DATETIME,
  KEY stats_date (stats_date),
  KEY user (user),
  KEY stats_flag (stats_flag)
) ENGINE=MyISAM;

CREATE TABLE vicidial_user_log (
  user_log_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  user VARCHAR(20),
  event VARCHAR(50),
  campaign_id VARCHAR(8),
  event_date DATETIME,
  event_epoch INT(10) UNSIGNED,
  user_group VARCHAR(20),
  session_id VARCHAR(20),
  server_ip VARCHAR(15),
  extension VARCHAR(50),
  computer_ip VARCHAR(15),
  browser VARCHAR(255),
  data VARCHAR(255),
  KEY user (user),
  KEY event_date (event_date)
) ENGINE=MyISAM;

CREATE TABLE vicidial_agent_log (
  agent_log_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  user VARCHAR(20),
  server_ip VARCHAR(15) NOT NULL,
  event_time DATETIME,
  lead_id INT(9) UNSIGNED,
  campaign_id VARCHAR(8),
  pause_epoch INT(10) UNSIGNED,
  pause_sec SMALLINT(5) UNSIGNED DEFAULT 0,
  wait_epoch INT(10) UNSIGNED,
  wait_sec SMALLINT(5) UNSIGNED DEFAULT 0,
  talk_epoch INT(10) UNSIGNED,
  talk_sec SMALLINT(5) UNSIGNED DEFAULT 0,
  dispo_epoch INT(10) UNSIGNED,
  dispo_sec SMALLINT(5) UNSIGNED DEFAULT 0,
  status VARCHAR(6),
  user_group VARCHAR(20),
  comments VARCHAR(20),
  sub_status VARCHAR(6),
  dead_epoch INT(10) UNSIGNED,
  dead_sec SMALLINT(5) UNSIGNED DEFAULT 0,
  processed ENUM('Y','N') DEFAULT 'N',
  uniqueid VARCHAR(20) DEFAULT '',
  pause_type ENUM('UNDEFINED','SYSTEM','AGENT','API','ADMIN') DEFAULT 'UNDEFINED',
  KEY lead_id (lead_id),
  KEY user (user),
  KEY event_time (event_time)
) ENGINE=MyISAM;
